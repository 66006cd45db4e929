from django.db import migrations

from wasl.benefits.migrations._settlement_reads import replacing
from wasl.linkage.migrations import _review_queue as queue

# What an answer would change is asked of the cells of people too: a benefit that names a person is theirs.
_SQL = queue.CHANGES[queue.CHANGES.index("CREATE FUNCTION linkage_changes(") :]
CHANGES = replacing(
    _SQL,
    (
        "        JOIN benefits_cell c ON c.subject_id = f.family_id AND c.scope = 0 AND c.list_id IS NOT NULL\n",
        "        CROSS JOIN LATERAL unnest(benefits_subjects_of(ARRAY[f.family_id])) AS h (subject_id)\n"
        "        JOIN benefits_cell c ON c.subject_id = h.subject_id AND c.scope = 0\n",
    ),
)


class Migration(migrations.Migration):
    dependencies = [("linkage", "0006_provisional"), ("benefits", "0009_settlement")]
    operations = [migrations.RunSQL(CHANGES, migrations.RunSQL.noop)]
