from django.db import migrations

from wasl.benefits.migrations import _settlement as steps
from wasl.benefits.migrations._settlement_grants import MEET, RELEASE
from wasl.benefits.migrations._settlement_overlaps import OVERLAPS
from wasl.benefits.migrations._settlement_reads import READS
from wasl.store.row_security import alliance_table_sql, function_grants_sql

# A list being loaded reads links and settles its claims by them: it and a batch of a run take turns, or a
# claim would be settled in the family that its entry has just left. Doors need no turn: they lock whom they
# give to and read the link again.
TURN = """
CREATE TABLE benefits_turn (taken boolean);
-- what was given to whom, for people alone: how a person's claims are found
CREATE INDEX benefits_claim_person ON benefits_claim (given_to_record) WHERE to_person;
"""

# A claim keeps the rule it was judged by, and its cells the slots of that rule.
REFERS = """
CREATE OR REPLACE FUNCTION benefits_cell_refers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT organisation_id, need, slot FROM added) a
        WHERE NOT EXISTS (SELECT FROM organisations_organisation o WHERE o.id = a.organisation_id)
            OR NOT EXISTS (SELECT FROM benefits_need_version_slot n WHERE n.need = a.need AND n.slot = a.slot))
    THEN
        RAISE EXCEPTION 'a cell of a need, slot or organisation that does not stand'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
"""

# What is written is a function of active claims, grants, links and groups alone (L4); only the difference is
# written, so holders keep their seats and overlaps their codes. The subjects are locked in the order of their
# numbers before a claim is read, so a door waits for the answer, or is waited for.
SETTLE = f"""
CREATE FUNCTION benefits_settle_families(p_subjects bigint[]) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
SET work_mem = '128MB' SET default_statistics_target = 10 SET client_min_messages = warning AS $$
DECLARE
    v_families bigint := 0;
    v_freed bigint := 0;
    v_taken bigint := 0;
    v_moved bigint := 0;
    v_closed bigint := 0;
    v_changed bigint := 0;
    v_opened bigint := 0;
BEGIN
    {steps.GATHER}
    {steps.CLAIMS}
    {MEET}
    {steps.COUNTED}
    {steps.GIVINGS}
    {steps.CELLS}
    {OVERLAPS}
    RETURN jsonb_build_object('families', (SELECT count(*) FROM settling_family), 'grants_moved', v_moved,
        'cells_freed', v_freed, 'cells_taken', v_taken, 'overlaps_closed', v_closed,
        'overlaps_changed', v_changed, 'overlaps_opened', v_opened);
END $$;
-- For whoever moves many at once: those in the temporary table of the caller's transaction.
CREATE FUNCTION benefits_settle_touched() RETURNS jsonb LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    RETURN benefits_settle_families(ARRAY(SELECT family_id FROM pg_temp.touched_family));
END $$;
"""
SIGNATURES = ["benefits_settle_families(bigint[])", "benefits_settle_touched()"]


class Migration(migrations.Migration):
    dependencies = [("benefits", "0008_doors")]
    operations = [
        *[migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (TURN, REFERS, SETTLE, RELEASE, READS)],
        migrations.RunSQL(alliance_table_sql("benefits_turn"), migrations.RunSQL.noop),
        migrations.RunSQL(function_grants_sql(SIGNATURES, roles="wasl_engine"), migrations.RunSQL.noop),
    ]
