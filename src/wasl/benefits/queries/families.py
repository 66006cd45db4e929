"""How a family or a person is named to whoever looks."""

from __future__ import annotations

from wasl.organisations.viewer import Viewer
from wasl.registry.codes import OWN_CODE

# An organisation reads its own code, as `registry_family_codes` gives it: that of its oldest entry in the
# family. In bulk, for the engine, who has no scope.
OWN_FAMILIES = """
SELECT coalesce(m.group_id, l.family_id) AS owner_id, {code} AS family
FROM registry_entry e
JOIN registry_entry_link l ON l.entry_id = e.id AND l.until_run IS NULL
LEFT JOIN registry_group_member m ON m.subject_id = l.family_id
WHERE e.organisation_id = {organisation}
GROUP BY coalesce(m.group_id, l.family_id)
"""

OWN_PEOPLE = """
SELECT coalesce(m.group_id, l.person_id) AS owner_id, {code} AS person
FROM registry_record r
JOIN registry_link l ON l.record_id = r.id AND l.until_run IS NULL
LEFT JOIN registry_group_member m ON m.subject_id = l.person_id
WHERE r.organisation_id = {organisation}
GROUP BY coalesce(m.group_id, l.person_id)
"""


def family_name(viewer: Viewer, owner: str) -> tuple[str, str]:
    """Return SQL for the name of the best-estimate family `owner`, and the join it needs."""
    if viewer.is_desk:
        return f"registry_code({owner})", ""
    organisation = own_organisation(viewer)
    own = OWN_FAMILIES.format(
        organisation=organisation, code=OWN_CODE.format(organisation=organisation, own_no="min(e.own_no)")
    )
    return "own_family.family", f"LEFT JOIN ({own}) own_family ON own_family.owner_id = {owner}"


def person_name(viewer: Viewer, owner: str) -> tuple[str, str]:
    """Return SQL for the name of the best-estimate person `owner`, and the join it needs."""
    if viewer.is_desk:
        return f"registry_code({owner})", ""
    organisation = own_organisation(viewer)
    own = OWN_PEOPLE.format(
        organisation=organisation, code=OWN_CODE.format(organisation=organisation, own_no="min(r.own_no)")
    )
    return "own_person.person", f"LEFT JOIN ({own}) own_person ON own_person.owner_id = {owner}"


def own_organisation(viewer: Viewer) -> int:
    """Return the organisation's number, safe to stand in SQL."""
    return -1 if viewer.organisation_id is None else int(viewer.organisation_id)
