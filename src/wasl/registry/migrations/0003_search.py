from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("registry", "0002_own_codes")]
    operations: list[migrations.RunSQL] = []
