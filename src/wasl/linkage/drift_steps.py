"""SQL of what a run changed: each statement reads what the one before left in a temporary table."""

STAGED = {
    "drift_item": "kind text, item_id bigint",
    "drift_subject": "subject_id bigint",
    "drift_arrived": "kind text, change text, grade text, organisation_id bigint, items bigint",
    "drift_before": "kind text, item_id bigint, subject_id bigint, best_id bigint, organisation_id bigint",
    "drift_pair": "side text, kind text, item_id bigint, other_id bigint, weight integer, grade text, rule text",
    "drift_change": "kind text, item_id bigint, from_subject bigint, to_subject bigint, from_best bigint, to_best bigint,"
    " change text, organisation_id bigint",
    "drift_other": "kind text, other_id bigint, before_id bigint, before_best bigint, after_id bigint,"
    " after_best bigint, arrived boolean, withdrawn boolean, restored boolean",
    "drift_judged": "kind text, subject_id bigint",
    "drift_reason": "kind text, item_id bigint, reason text",
}

# A subject whose group changes is changed with all its records, though they stay where they are.
ITEMS_OF_GROUPS = """
INSERT INTO drift_item (kind, item_id)
SELECT 'person', l.record_id FROM drift_subject s JOIN registry_link l ON l.person_id = s.subject_id
WHERE l.until_run IS NULL
UNION
SELECT 'family', l.entry_id FROM drift_subject s JOIN registry_entry_link l ON l.family_id = s.subject_id
WHERE l.until_run IS NULL
EXCEPT SELECT kind, item_id FROM drift_item
"""

# What the items of a table are linked to at this moment.
_NOW = """
SELECT i.kind, i.{item} AS item_id, l.person_id AS subject_id, coalesce(g.group_id, l.person_id) AS best_id,
    r.organisation_id
FROM {table} i JOIN registry_link l ON l.record_id = i.{item} AND l.until_run IS NULL
JOIN registry_record r ON r.id = i.{item}
LEFT JOIN registry_group_member g ON g.subject_id = l.person_id WHERE i.kind = 'person'
UNION ALL
SELECT i.kind, i.{item}, l.family_id, coalesce(g.group_id, l.family_id), e.organisation_id
FROM {table} i JOIN registry_entry_link l ON l.entry_id = i.{item} AND l.until_run IS NULL
JOIN registry_entry e ON e.id = i.{item}
LEFT JOIN registry_group_member g ON g.subject_id = l.family_id WHERE i.kind = 'family'
"""
BEFORE = "INSERT INTO drift_before " + _NOW.format(table="drift_item", item="item_id")

PAIRS = """
INSERT INTO drift_pair (side, kind, item_id, other_id, weight, grade, rule)
SELECT '{side}', i.kind, i.item_id, p.b_id, p.weight, p.grade, p.rule
FROM {table} i JOIN linkage_pair p ON p.a_id = i.item_id AND p.kind = i.kind
UNION ALL
SELECT '{side}', i.kind, i.item_id, p.a_id, p.weight, p.grade, p.rule
FROM {table} i JOIN linkage_pair p ON p.b_id = i.item_id AND p.kind = i.kind
"""
PAIRS_BEFORE = PAIRS.format(side="before", table="drift_item")
PAIRS_AFTER = PAIRS.format(side="after", table="drift_change")

# Certain first: whoever came to another subject. A subject that stood before the run was joined; one that did not, or
# had retired, is what was separated. Of the best estimate alone: the name of a group is its oldest subject, so a change
# of name to somebody who was in it before means that somebody left.
CHANGES = f"""
INSERT INTO drift_change
SELECT b.kind, b.item_id, b.subject_id, n.subject_id, b.best_id, n.best_id, CASE
    WHEN b.subject_id <> n.subject_id AND stood.id IS NOT NULL THEN
        CASE WHEN b.best_id = n.best_id THEN 'confirmed' ELSE 'joined' END
    WHEN b.subject_id <> n.subject_id THEN CASE WHEN b.best_id = n.best_id THEN 'loosened' ELSE 'separated' END
    WHEN NOT EXISTS (SELECT FROM registry_group_member m WHERE m.subject_id = n.subject_id) OR EXISTS (
        SELECT FROM drift_before f WHERE f.kind = b.kind AND f.best_id = b.best_id AND f.subject_id = n.best_id)
        THEN 'ungrouped'
    ELSE 'grouped' END, b.organisation_id
FROM drift_before b
JOIN ({_NOW.format(table="drift_item", item="item_id")}) n ON n.kind = b.kind AND n.item_id = b.item_id
LEFT JOIN (SELECT DISTINCT kind, subject_id AS id FROM drift_before) known ON known.kind = b.kind AND known.id = n.subject_id
LEFT JOIN LATERAL (
    SELECT s.id FROM registry_subject s WHERE s.id = n.subject_id AND s.created_run < %(run)s
        AND (known.id IS NOT NULL OR EXISTS (
            SELECT FROM registry_link l WHERE b.kind = 'person' AND l.person_id = s.id AND l.until_run IS NULL
                AND l.since_run < %(run)s)
        OR EXISTS (
            SELECT FROM registry_entry_link l WHERE b.kind = 'family' AND l.family_id = s.id AND l.until_run IS NULL
                AND l.since_run < %(run)s))
) stood ON b.subject_id <> n.subject_id
WHERE b.subject_id <> n.subject_id OR b.best_id <> n.best_id
"""

# The other ends of pairs that touch what changed; whoever is not in `drift_before` is where they were.
OTHERS = f"""
INSERT INTO drift_other
SELECT w.kind, w.item_id, coalesce(b.subject_id, w.subject_id), coalesce(b.best_id, w.best_id), w.subject_id, w.best_id,
    l.is_new, l.is_away, l.is_back
FROM ({_NOW.format(table="(SELECT DISTINCT kind, other_id FROM drift_pair)", item="other_id")}) w
LEFT JOIN drift_before b ON b.kind = w.kind AND b.item_id = w.item_id
CROSS JOIN LATERAL (
    SELECT NOT EXISTS (SELECT FROM registry_link p WHERE w.kind = 'person' AND p.record_id = w.item_id
            AND p.since_run < %(run)s)
        AND NOT EXISTS (SELECT FROM registry_entry_link p WHERE w.kind = 'family' AND p.entry_id = w.item_id
            AND p.since_run < %(run)s) AS is_new,
        NOT coalesce(bool_or(a.active), false) AS is_away,
        coalesce(bool_or(a.active), false)
            AND NOT coalesce(bool_or(a.active AND a.list_id = ANY (%(lists)s::bigint[])), false) AS is_back
    FROM registry_appearance a WHERE a.entry_id = ANY (
        CASE w.kind WHEN 'family' THEN ARRAY[w.item_id]
        ELSE ARRAY(SELECT m.entry_id FROM registry_entry_member m WHERE m.record_id = w.item_id) END)
) l
"""

# Verdicts that no run had read yet, or were undone since, and whose ends were parted or brought together by this run.
JUDGED = f"""
WITH asked AS (
    SELECT v.id, v.kind, v.a_id, v.b_id FROM linkage_verdict v
    WHERE v.verdict <> 'unsure' AND (v.undone_at IS NULL AND (v.consulted_run IS NULL OR v.consulted_run = %(run)s)
        OR v.undone_at >= %(since)s)
), ended AS (
    SELECT kind, a_id AS item_id FROM asked UNION SELECT kind, b_id FROM asked
), stands AS (
    SELECT w.kind, w.item_id, coalesce(b.subject_id, w.subject_id) AS was, coalesce(b.best_id, w.best_id) AS was_best,
        w.subject_id AS now, w.best_id AS now_best
    FROM ({_NOW.format(table="ended", item="item_id")}) w
    LEFT JOIN drift_before b ON b.kind = w.kind AND b.item_id = w.item_id
), moved AS (
    SELECT v.kind, ARRAY[a.was, a.was_best, a.now, a.now_best, b.was, b.was_best, b.now, b.now_best] AS subjects
    FROM asked v JOIN stands a ON a.kind = v.kind AND a.item_id = v.a_id
    JOIN stands b ON b.kind = v.kind AND b.item_id = v.b_id
    WHERE (a.was = b.was) <> (a.now = b.now) OR (a.was_best = b.was_best) <> (a.now_best = b.now_best)
)
INSERT INTO drift_judged SELECT DISTINCT m.kind, s FROM moved m CROSS JOIN unnest(m.subjects) s
"""

# Of each change the pair that speaks most for it: of what appeared the strongest it stands on now, of what vanished
# the strongest it stood on.
REASONS = """
INSERT INTO drift_reason
SELECT c.kind, c.item_id, CASE
    WHEN EXISTS (SELECT FROM drift_judged j WHERE j.kind = c.kind AND j.subject_id = c.from_subject)
        AND EXISTS (SELECT FROM drift_judged j WHERE j.kind = c.kind AND j.subject_id = c.to_subject) THEN 'verdict'
    WHEN c.change IN ('joined', 'grouped', 'confirmed') THEN CASE
        WHEN up.rule = 'verdict' THEN 'verdict'
        WHEN up.restored AND NOT up.arrived THEN 'restored'
        WHEN up.arrived OR up.other_id IS NULL AND came.arrived THEN 'new_list'
        WHEN %(model)s THEN 'model'
        WHEN up.other_id IS NULL THEN 'others'
        WHEN up.rule IN ('same_id', 'lent_id') AND up.old_rule IS DISTINCT FROM up.rule THEN 'nid'
        WHEN up.rule = 'inside_family' AND up.old_weight IS DISTINCT FROM up.weight THEN 'family'
        WHEN up.old_weight IS NULL OR up.weight > up.old_weight OR up.old_grade <> up.grade THEN 'stronger'
        WHEN came.arrived THEN 'new_list' ELSE 'others' END
    ELSE CASE
        WHEN down.rule = 'verdict' THEN 'verdict'
        WHEN down.withdrawn OR down.other_id IS NULL AND left_.withdrawn THEN 'withdrawn'
        WHEN %(model)s THEN 'model'
        WHEN down.other_id IS NULL THEN 'others'
        WHEN down.new_grade = 'cut' AND down.grade <> 'cut' THEN 'contradiction'
        WHEN down.rule IN ('same_id', 'lent_id') AND down.new_rule IS DISTINCT FROM down.rule THEN 'nid'
        WHEN down.rule = 'inside_family' AND down.new_weight IS DISTINCT FROM down.weight THEN 'family'
        WHEN down.new_weight IS NULL OR down.new_weight < down.weight OR down.new_grade <> down.grade THEN 'weaker'
        ELSE 'others' END
    END
FROM drift_change c
LEFT JOIN LATERAL (
    SELECT p.*, o.arrived, o.restored, q.weight AS old_weight, q.rule AS old_rule, q.grade AS old_grade
    FROM drift_pair p JOIN drift_other o ON o.kind = p.kind AND o.other_id = p.other_id
    LEFT JOIN drift_pair q ON q.side = 'before' AND q.kind = p.kind AND q.item_id = p.item_id AND q.other_id = p.other_id
    WHERE p.side = 'after' AND p.kind = c.kind AND p.item_id = c.item_id AND p.grade IN ('certain', 'likely')
        AND CASE WHEN c.change = 'grouped' THEN o.after_best = c.to_best AND o.before_best <> c.from_best
            ELSE o.after_id = c.to_subject AND o.before_id <> c.from_subject END
    ORDER BY p.weight DESC, p.other_id LIMIT 1
) up ON c.change IN ('joined', 'grouped', 'confirmed')
LEFT JOIN LATERAL (
    SELECT p.*, o.withdrawn, q.weight AS new_weight, q.rule AS new_rule, q.grade AS new_grade
    FROM drift_pair p JOIN drift_other o ON o.kind = p.kind AND o.other_id = p.other_id
    LEFT JOIN drift_pair q ON q.side = 'after' AND q.kind = p.kind AND q.item_id = p.item_id AND q.other_id = p.other_id
    WHERE p.side = 'before' AND p.kind = c.kind AND p.item_id = c.item_id AND p.grade IN ('certain', 'likely')
        AND CASE WHEN c.change = 'ungrouped' THEN o.before_best = c.from_best AND o.after_best <> c.to_best
            ELSE o.before_id = c.from_subject AND o.after_id <> c.to_subject END
    ORDER BY p.weight DESC, p.other_id LIMIT 1
) down ON c.change IN ('separated', 'ungrouped', 'loosened')
LEFT JOIN LATERAL (
    SELECT bool_or(n.arrived) AS arrived FROM (
        SELECT true AS arrived FROM registry_link l WHERE c.kind = 'person' AND l.until_run IS NULL
            AND l.since_run = %(run)s AND l.person_id IN (c.to_subject, c.to_best)
            AND NOT EXISTS (SELECT FROM registry_link p WHERE p.record_id = l.record_id AND p.until_run IS NOT NULL)
        UNION ALL
        SELECT true FROM registry_entry_link l WHERE c.kind = 'family' AND l.until_run IS NULL
            AND l.since_run = %(run)s AND l.family_id IN (c.to_subject, c.to_best)
            AND NOT EXISTS (SELECT FROM registry_entry_link p WHERE p.entry_id = l.entry_id AND p.until_run IS NOT NULL)
    ) n
) came ON up.other_id IS NULL OR up.old_weight IS NOT NULL
LEFT JOIN LATERAL (
    SELECT bool_or(NOT EXISTS (
        SELECT FROM registry_appearance a WHERE a.active AND a.entry_id = ANY (CASE c.kind WHEN 'family' THEN ARRAY[n.item]
            ELSE ARRAY(SELECT m.entry_id FROM registry_entry_member m WHERE m.record_id = n.item) END))) AS withdrawn
    FROM (
        SELECT l.record_id AS item FROM registry_link l
        WHERE c.kind = 'person' AND l.person_id IN (c.from_subject, c.from_best) AND l.until_run IS NULL
        UNION ALL
        SELECT l.entry_id FROM registry_entry_link l
        WHERE c.kind = 'family' AND l.family_id IN (c.from_subject, c.from_best) AND l.until_run IS NULL
    ) n
) left_ ON down.other_id IS NULL
"""

_GRADED = "CASE WHEN c.change IN ('grouped', 'ungrouped') THEN 'likely' ELSE 'certain' END"
KEEP_COUNTS = f"""
INSERT INTO linkage_drift (run_id, kind, change, grade, organisation_id, reason, items)
SELECT %(run)s, c.kind, c.change, {_GRADED}, c.organisation_id, r.reason, count(*)
FROM drift_change c JOIN drift_reason r ON r.kind = c.kind AND r.item_id = c.item_id GROUP BY 1, 2, 3, 4, 5, 6
UNION ALL
SELECT %(run)s, a.kind, a.change, a.grade, a.organisation_id, 'new_list', a.items FROM drift_arrived a
"""
KEEP_ITEMS = f"""
INSERT INTO linkage_drift_item (run_id, kind, item_id, from_subject, to_subject, change, grade, organisation_id, reason)
SELECT %(run)s, c.kind, c.item_id, CASE c.change WHEN 'ungrouped' THEN c.from_best ELSE c.from_subject END,
    CASE WHEN c.change IN ('grouped', 'ungrouped') THEN c.to_best ELSE c.to_subject END, c.change, {_GRADED},
    c.organisation_id, r.reason
FROM drift_change c JOIN drift_reason r ON r.kind = c.kind AND r.item_id = c.item_id
ORDER BY c.kind, c.from_subject, c.item_id LIMIT %(most)s
"""
FORGET = """
DELETE FROM linkage_drift_item i USING linkage_run r
WHERE r.id = i.run_id AND r.finished_at < now() - make_interval(days => %(days)s)
"""
