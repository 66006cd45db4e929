from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("benefits", "0009_settlement")]
    operations: list[migrations.RunSQL] = []
