from django.db import migrations

from wasl.benefits.migrations import _funders, _headcounts
from wasl.store.row_security import (
    OWN_ROWS,
    SIGNED_IN,
    app_policy_sql,
    forced_table_sql,
    function_grants_sql,
)

# A share is its owner's and its funder's; nobody writes one but by the functions.
SHARE_ROWS = f"({SIGNED_IN} AND (SELECT wasl_organisation()) IN (organisation_id, funder_id)) OR (SELECT wasl_is_desk())"
OWN = OWN_ROWS.format(column="organisation_id")
HEADCOUNTS = ("benefits_headcount", "benefits_headcount_reversal")


class Migration(migrations.Migration):
    dependencies = [("benefits", "0010_overlap_work")]
    operations = [
        *[
            migrations.RunSQL(sql, migrations.RunSQL.noop)
            for sql in (
                _funders.TABLE,
                forced_table_sql("benefits_grant_funder", "SELECT, INSERT, UPDATE"),
                app_policy_sql("benefits_grant_funder", using=SHARE_ROWS),
                _funders.GUARDS,
                _funders.READS,
                _funders.WRITES,
                function_grants_sql(_funders.FOR_VIEWERS),
                function_grants_sql(_funders.FOR_ENGINE, roles="wasl_engine"),
                _headcounts.TABLES,
                _headcounts.GUARDS,
            )
        ],
        *[
            migrations.RunSQL(
                forced_table_sql(table, "SELECT, INSERT") + _headcounts.policies_sql(table, OWN),
                migrations.RunSQL.noop,
            )
            for table in HEADCOUNTS
        ],
    ]
