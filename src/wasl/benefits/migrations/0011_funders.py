from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("benefits", "0010_overlap_work")]
    operations: list[migrations.RunSQL] = []
