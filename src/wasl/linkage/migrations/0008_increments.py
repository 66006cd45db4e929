from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("linkage", "0007_people")]
    operations: list[object] = []
