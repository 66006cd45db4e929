"""
The stories of locks: who is halfway when somebody else comes.

`{names}` are of the small world that `locks.stand` makes.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Story:
    """
    One probe of one lock. `{names}` are filled in from the world; `scope` is whose eyes the call has.

    `look` are rows and the strength in which the second connection wants them; None looks at advisory locks.
    """

    words: str
    call: str
    look: tuple[str, str] | None = None
    scope: str = ""
    setup: tuple[str, ...] = ()
    # a race: what the other writer has done when the call is made, and the question asked after both
    meanwhile: str = ""
    asked: str = ""
    # ways of the planner that the caller has switched off
    call_with: tuple[str, ...] = ()


GRANT_ROW = "benefits_grant WHERE id = {grant}"
RESERVE = (
    "SELECT outcome FROM benefits_reserve({a}, 'food_box', '2026-03-01', ARRAY[{entry}], ARRAY[NULL]::bigint[],"
    " ARRAY[NULL]::numeric[], ARRAY[NULL]::bigint[], ARRAY['give'], 'because', 'door', 'x', now(), '{{}}')"
)
OTHERS_CELL = (
    "INSERT INTO benefits_cell (scope, slot, subject_id, month, seat, organisation_id, need, state, list_id, given_month,"
    " row) VALUES (0, 'food', {family}, '2026-03-01', 0, {b}, 'food_box', 'held', 21, '2026-03-01', 1)"
)
WORKED = (
    "INSERT INTO benefits_overlap (certainty, family_id, slot, month, claims_key, state, organisations, cost_piastres,"
    " unvalued, opened_at) SELECT 'certain', {family}, 'food', '2026-03-01', md5(n::text)::bytea, 'open', 2, 0, 0,"
    " now() - interval '60 days' FROM generate_series(1, 2) n",
    "INSERT INTO benefits_overlap_work (overlap_id, state, since, talking_since)"
    " SELECT id, 'talking', now() - interval '50 days', now() - interval '50 days' FROM benefits_overlap ORDER BY id DESC",
)
REPORTED = (
    "INSERT INTO benefits_list_report (list_id, slot, governorate, month, organisation_id, gave)"
    " VALUES (21, 'food', 'EG01', '2026-03-01', {a}, true)",
    "INSERT INTO benefits_report (governorate, month, slot, organisation_id, gave, reported)"
    " VALUES ('EG01', '2026-03-01', 'food', {a}, 1, 1), ('*', '2026-03-01', 'food', {a}, 1, 1)",
)
SHARED = (
    "UPDATE benefits_grant SET shared = true, value_piastres = 100 WHERE id = {grant}",
    "INSERT INTO benefits_grant_funder (grant_id, year, organisation_id, funder_id, share_piastres, state, proposed_by,"
    " proposed_at) SELECT id, year, organisation_id, {b}, 50, 'proposed', 'x', now() FROM benefits_grant WHERE id = {grant}",
)
EXCEPTION = (
    "INSERT INTO benefits_exception (organisation_id, own_no, entry_id, need, slot, first_month, last_month, reason,"
    " expires_on, state, requester_id, requester_organisation_id, requested_at) VALUES ({a}, 1, {entry}, 'food_box',"
    " 'food', '2026-03-01', '2026-03-01', 'x', '2099-01-01', 'asked', {amina}, {a}, now())",
    "UPDATE benefits_exception SET state = 'withdrawn', ended_by = 'x', ended_at = now()",
)
SEPARATED = (
    "INSERT INTO linkage_doubt (organisation_id, own_no, entry_ids, against_id, reason, reported_by, reported_at)"
    " VALUES ({a}, 1, ARRAY[{entry}], {other}, 'x', 'x', now())",
    "INSERT INTO linkage_separation (organisation_id, own_no, entry_ids, other_ids, asked_entry, reason, operation,"
    " made_by_id, made_by, made_at) VALUES ({a}, 1, ARRAY[{entry}], ARRAY[{other}], {entry}, 'x', gen_random_uuid(),"
    " {desk}, 'x', now())",
)
SEPARATED_BY_AMINA = (SEPARATED[0], SEPARATED[1].replace("{desk}", "{amina}"))
TAKEN_BACK = (
    *SEPARATED_BY_AMINA,
    "UPDATE linkage_separation SET state = 'taken_back', reviewed_by_id = {desk}, reviewed_by = 'x', reviewed_at = now()",
)
# what nobody has linked is given and taken back: past all triggers, for only its end matters
REVERSED = (
    "SET LOCAL session_replication_role = replica",
    "UPDATE benefits_grant SET state = 'reversed', approved_by = 'y', approved_at = now(), expires_at = NULL,"
    " entry_id = {stranger} WHERE id = {grant}",
)
# a look that asks whether the call holds the turn of loading and linking
TURN = ("benefits_turn", "")
NEED_ROW = ("benefits_need WHERE code = 'food_box'", "NO KEY UPDATE")
VERDICT = (
    "linkage_verdict (kind, a_id, b_id, verdict, reason, decided_by, decided_at)"
    " VALUES ('person', 1, 2, 'same', '', 'x', now())"
)

STORIES: dict[tuple[str, int], Story] = {
    ("benefits_lock_subjects", 1): Story(
        "doors of one best estimate go one after the other", "SELECT benefits_lock_subjects(ARRAY[{family}], true)",
        look=("registry_subject WHERE id = {group}", "NO KEY UPDATE"),
    ),
    ("benefits_lock_subjects", 2): Story(
        "the family cannot retire meanwhile", "SELECT benefits_lock_subjects(ARRAY[{family}], false)",
        look=("registry_subject WHERE id = {family}", "UPDATE"),
    ),
    ("benefits_lock_grants", 1): Story(
        "the grant waits for who was first", "SELECT benefits_lock_grants({a}, ARRAY[{grant}])",
        look=(GRANT_ROW, "NO KEY UPDATE"),
    ),
    ("benefits_lapse_grants", 1): Story(
        "it is approved anew while it lapses", "SELECT benefits_lapse_grants(ARRAY[{grant}])",
        setup=("UPDATE benefits_grant SET expires_at = now() - interval '1 day' WHERE id = {grant}",),
        meanwhile="UPDATE benefits_grant SET expires_at = now() + interval '9 days' WHERE id = {grant}",
        asked="SELECT state FROM benefits_grant WHERE id = {grant}",
    ),
    ("benefits_unlinked_standing", 1): Story(
        "two give at once to whom nobody has linked yet",
        "SELECT benefits_unlinked_standing({a}, 'food_box', '2026-03-01', 'warn', ARRAY[1::bigint],"
        " ARRAY[{stranger}::bigint], ARRAY[NULL::bigint], ARRAY['food'], '2026-03-01', '2026-03-01')",
        look=("registry_entry WHERE id = {stranger}", "NO KEY UPDATE"),
    ),
    ("benefits_reserve", 1): Story(
        "a run links whom a door gives to", RESERVE.replace("{entry}", "{stranger}"), look=TURN
    ),
    ("benefits_take_again", 1): Story(
        "a run links whom a door gives to once more",
        "SELECT benefits_take_again({a}, ARRAY[{grant}], 2026::smallint, 2026::smallint)", setup=REVERSED, look=TURN,
    ),
    ("benefits_take_seats", 1): Story(
        "seat 0 is freed while somebody climbs above it", RESERVE, setup=("{cancel}", OTHERS_CELL),
        meanwhile="DELETE FROM benefits_cell WHERE subject_id = {family}",
        asked="SELECT array_agg(seat)::text FROM benefits_cell WHERE subject_id = {family}",
    ),
    ("benefits_cell_stand_on_zero", 1): Story(
        "who frees seat 0 waits for who climbs",
        "INSERT INTO benefits_cell (scope, slot, subject_id, month, seat, organisation_id, need, state, reason, list_id,"
        " given_month, row) VALUES (0, 'food', {family}, '2026-03-01', 1, {b}, 'food_box', 'held', 'list', 21,"
        " '2026-03-01', 1)",
        look=("benefits_cell WHERE subject_id = {family} AND seat = 0", "UPDATE"),
    ),
    ("benefits_settle_families", 1): Story(
        "a door waits for settlement", "SELECT benefits_settle_families(ARRAY[{family}])",
        look=("registry_subject WHERE id = {family}", "KEY SHARE"),
    ),
    ("benefits_refresh_reports", 1): Story(
        "two lists of one organisation count together", "SELECT benefits_refresh_reports(ARRAY[21])", setup=REPORTED,
        # a plan that goes by neither order nor index, as one may
        call_with=("enable_nestloop", "enable_mergejoin", "enable_sort", "enable_indexscan"),
        meanwhile="SELECT FROM benefits_report WHERE governorate = '*' FOR UPDATE",
        look=("benefits_report WHERE governorate = 'EG01'", "UPDATE"),
    ),
    ("benefits_lock_overlaps", 1): Story(
        "one word at a time", "SELECT benefits_lock_overlaps(ARRAY(SELECT id FROM benefits_overlap))", setup=WORKED,
        look=("benefits_overlap_work", "UPDATE"),
    ),
    ("benefits_pass_overlaps", 1): Story(
        "late ones are passed on in their order", "SELECT benefits_pass_overlaps(9)", setup=WORKED,
        meanwhile="SELECT FROM benefits_overlap_work WHERE overlap_id = (SELECT min(overlap_id) FROM benefits_overlap_work)"
        " FOR UPDATE",
        look=("benefits_overlap_work WHERE overlap_id > (SELECT min(overlap_id) FROM benefits_overlap_work)", "UPDATE"),
    ),
    ("benefits_move_exception", 1): Story(
        "two answers race",
        "SELECT benefits_move_exception((SELECT code FROM benefits_exception), 'withdrawn', 'x', now())",
        scope="amina", setup=EXCEPTION, look=("benefits_exception", "UPDATE"),
    ),
    ("benefits_propose_share", 1): Story(
        "a share is proposed while it is approved",
        "SELECT benefits_propose_share(benefits_grant_code({grant}), -1, 50, now())",
        scope="amina", look=(GRANT_ROW, "NO KEY UPDATE"),
    ),
    ("benefits_answer_share", 1): Story(
        "a share is answered while it is changed",
        "SELECT benefits_answer_share(benefits_grant_code({grant}), 51, true, '', now())",
        scope="camelia", setup=SHARED, look=(GRANT_ROW, "NO KEY UPDATE"),
    ),
    ("benefits_withdraw_share", 1): Story(
        "a share is withdrawn while it is approved",
        "SELECT benefits_withdraw_share(benefits_grant_code({grant}), -1, now())",
        scope="amina", look=(GRANT_ROW, "NO KEY UPDATE"),
    ),
    ("benefits_move_share", 1): Story(
        "a share moves while its grant is approved", "UPDATE benefits_grant_funder SET share_piastres = 60", setup=SHARED,
        look=(GRANT_ROW, "NO KEY UPDATE"),
    ),
    ("benefits_change_need", 1): Story(
        "two change one rule", "SELECT benefits_change_need('food_box', 99::smallint, '{{}}', '', now())",
        scope="desk", look=NEED_ROW,
    ),
    ("benefits_word_need", 1): Story(
        "two change one name", "SELECT benefits_word_need('food_box', 99, '{{}}')", scope="desk", look=NEED_ROW
    ),
    ("benefits_write_slot", 1): Story(
        "two change one slot", "SELECT benefits_write_slot('food', 99::smallint, '{{}}', '', now())", scope="desk",
        look=("benefits_slot WHERE code = 'food'", "NO KEY UPDATE"),
    ),
    ("benefits_write_season", 1): Story(
        "two change one season",
        "SELECT benefits_write_season((SELECT min(code) FROM benefits_season), 99::smallint, '{{}}', '', now())",
        scope="desk", look=("benefits_season WHERE code = (SELECT min(code) FROM benefits_season)", "NO KEY UPDATE"),
    ),
    ("benefits_slot_sensitive_is_settled", 1): Story(
        "a need takes the slot while it turns sensitive",
        "SELECT benefits_write_slot('guards', 1::smallint, '{{\"name_ar\": \"x\", \"name_en\": \"\", \"sensitive\": true,"
        " \"target\": \"all\"}}', 'x', now())",
        setup=("SELECT benefits_write_slot('guards', NULL, '{{\"name_ar\": \"x\", \"name_en\": \"\", \"sensitive\": false,"
               " \"target\": \"all\"}}', 'x', now())",),
        scope="desk", look=("benefits_slot WHERE code = 'guards'", "KEY SHARE"),
    ),
    ("jobs_cancel", 1): Story(
        "a job is cancelled while it begins", "SELECT jobs_cancel('guards')",
        setup=("INSERT INTO jobs_job (code, kind, params, user_id, username, organisation_id, organisation_code, queue_id,"
               " created_at, asked_as) VALUES ('guards', 'load', '{{}}', 0, 'x', {a}, 'm01', 0, now(), 'officer')",),
        scope="nobody of m01", look=("jobs_job", "UPDATE"),
    ),
    ("store_find_operation", 1): Story(
        "one operation id comes twice at once", "SELECT store_find_operation({a}, gen_random_uuid())"
    ),
    ("registry_count_own", 1): Story(
        "two records are numbered at once",
        "INSERT INTO registry_record (organisation_id, content_key, name)"
        " VALUES ({a}, decode(md5('guards'), 'hex'), 'x')",
    ),
    ("benefits_headcount_counts", 1): Story(
        "two headcounts are numbered at once",
        "INSERT INTO benefits_headcount (organisation_id, own_no, kind, need, unit, delivered_on, governorate, headcount,"
        " quantity, operation, recorded_by, recorded_at) SELECT {a}, 1, 'kitchen', n.code, n.unit, current_date - 1, 'EG01',"
        " 5, 5, gen_random_uuid(), 'x', now()"
        " FROM benefits_need n WHERE n.guard = 'none' AND n.unit <> 'payment'"
        " AND NOT EXISTS (SELECT FROM benefits_need_slot s WHERE s.need = n.code) LIMIT 1",
    ),
    ("benefits_ask_exception", 1): Story(
        "two exceptions are numbered at once",
        "SELECT benefits_ask_exception(jsonb_build_object('entry', {entry}, 'need', 'food_box', 'slot', 'food',"
        " 'first_month', '2026-03-01', 'last_month', '2026-03-01', 'reason', 'x', 'expires_on', '2099-01-01', 'at', now()))",
        scope="amina",
    ),
    ("linkage_lock_families", 1): Story(
        "a family changes while it is parted", "SELECT linkage_lock_families(ARRAY[{family}])",
        look=("registry_subject WHERE id = {family}", "KEY SHARE"),
    ),
    ("linkage_separate", 1): Story(
        "one door separates twice at once",
        "SELECT linkage_separate(jsonb_build_object('entry', {entry}, 'operation', gen_random_uuid(), 'reason', 'x', 'at',"
        " now()))",
        scope="amina",
    ),
    ("linkage_review_separation", 1): Story(
        "two look at one separation",
        "SELECT linkage_review_separation((SELECT code FROM linkage_doubt), 'confirmed', now())", scope="desk",
        setup=SEPARATED, look=("linkage_separation", "UPDATE"),
    ),
    ("linkage_separate", 2): Story(
        "a list is loaded while a door separates",
        "SELECT linkage_separate(jsonb_build_object('entry', {entry}, 'operation', gen_random_uuid(), 'reason', 'x', 'at',"
        " now()))",
        scope="amina", look=TURN,
    ),
    ("linkage_review_separation", 2): Story(
        "a list is loaded while it is separated again",
        "SELECT linkage_review_separation((SELECT code FROM linkage_doubt), 'provisional', now())", scope="desk",
        setup=TAKEN_BACK, look=TURN,
    ),
    ("linkage_review_separation", 3): Story(
        "a list is loaded while it is taken back",
        "SELECT linkage_review_separation((SELECT code FROM linkage_doubt), 'taken_back', now())", scope="desk",
        setup=SEPARATED_BY_AMINA, look=TURN,
    ),
    ("linkage_report_doubt", 1): Story(
        "two report one doubt", "SELECT linkage_report_doubt(ARRAY[{entry}], NULL, 'x', 'x', now())", scope="amina"
    ),
    ("linkage_verdict_agrees", 1): Story("two verdicts at once", f"INSERT INTO {VERDICT}"),
    ("linkage_verdicts_near", 1): Story(
        "a verdict is entered while its neighbours are read", "SELECT linkage_verdicts_near('person', 1, 2)", scope="desk"
    ),
    ("linkage_undo_verdict", 1): Story(
        "a verdict is undone while another leans on it", "SELECT linkage_undo_verdict('person', 1, 2, 'x', now())",
        scope="desk",
    ),
}  # fmt: skip
