from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("linkage", "0002_figures")]
    operations: list[migrations.RunSQL] = []
