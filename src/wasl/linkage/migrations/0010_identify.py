from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("linkage", "0009_model")]
    operations: list[object] = []
