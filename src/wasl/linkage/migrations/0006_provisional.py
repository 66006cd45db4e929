from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("linkage", "0005_family_history"), ("benefits", "0010_overlap_work")]
    operations: list[migrations.RunSQL] = []
