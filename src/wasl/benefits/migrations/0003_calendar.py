from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("benefits", "0002_overlap_pages")]
    operations: list[migrations.RunSQL] = []
