from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("benefits", "0012_bulk")]
    operations: list[migrations.RunSQL] = []
