from importlib import import_module

from django.db import migrations

from wasl.benefits.migrations._settlement_reads import replacing

# What withdrawing a list would free, with the cells of people: a benefit that names a person is theirs.
PREVIEW = replacing(
    import_module("wasl.intake.migrations.0002_uploads").PREVIEW,
    (
        "        FROM near JOIN benefits_cell c ON c.subject_id = near.id AND c.slot = ANY (v_slots)\n",
        "        FROM near CROSS JOIN LATERAL unnest(benefits_subjects_of(ARRAY[near.id])) AS h (subject_id)\n"
        "        JOIN benefits_cell c ON c.subject_id = h.subject_id AND c.slot = ANY (v_slots)\n",
    ),
)


class Migration(migrations.Migration):
    dependencies = [("intake", "0003_standing"), ("benefits", "0009_settlement")]
    operations = [migrations.RunSQL(PREVIEW, migrations.RunSQL.noop)]
