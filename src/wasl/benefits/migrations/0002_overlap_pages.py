from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("benefits", "0001_initial"), ("registry", "0002_own_codes")]
    operations: list[migrations.RunSQL] = []
