from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("linkage", "0003_prepared"), ("benefits", "0003_calendar")]
    operations: list[migrations.RunSQL] = []
