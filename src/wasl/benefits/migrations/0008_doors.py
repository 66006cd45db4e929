from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("benefits", "0007_grants"), ("store", "0002_operations")]
    operations: list[migrations.RunSQL] = []
