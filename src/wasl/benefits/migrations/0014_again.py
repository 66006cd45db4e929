from django.db import migrations

from wasl.benefits.migrations import _grant_again


class Migration(migrations.Migration):
    dependencies = [("benefits", "0013_needs")]
    operations = [
        migrations.RunSQL(_grant_again.LOOSE, migrations.RunSQL.noop),
        migrations.RunSQL(_grant_again.AGAIN, migrations.RunSQL.noop),
    ]
