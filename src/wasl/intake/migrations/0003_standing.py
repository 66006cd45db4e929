from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("intake", "0002_uploads")]
    operations: list[migrations.RunSQL] = []
