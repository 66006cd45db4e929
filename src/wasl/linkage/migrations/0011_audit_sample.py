from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("linkage", "0010_identify")]
    operations: list[object] = []
