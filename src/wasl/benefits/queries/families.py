"""How a family is named to whoever looks."""

from __future__ import annotations

from wasl.organisations.viewer import Viewer

# The desk reads the code that stands on cards (ISO 7064, as kernel.codes.make_code).
CODE = "({owner} * 100 + 98 - {owner} * 100 % 97)::text"

# An organisation reads how its own entries group, named by the oldest: a number of the alliance
# would tell that somebody else knew the family before.
OWN_FAMILIES = """
SELECT coalesce(m.group_id, l.family_id) AS owner_id, 'g' || min(a.entry_id) AS family
FROM registry_appearance a
JOIN registry_entry_link l ON l.entry_id = a.entry_id AND l.until_run IS NULL
LEFT JOIN registry_group_member m ON m.subject_id = l.family_id
WHERE a.active AND a.organisation_id = {organisation}
GROUP BY coalesce(m.group_id, l.family_id)
"""


def family_name(viewer: Viewer, owner: str) -> tuple[str, str]:
    """Return SQL for the name of the best-estimate family `owner`, and the join it needs."""
    if viewer.is_desk:
        return CODE.format(owner=owner), ""
    own = OWN_FAMILIES.format(organisation=own_organisation(viewer))
    return "own_family.family", f"LEFT JOIN ({own}) own_family ON own_family.owner_id = {owner}"


def own_organisation(viewer: Viewer) -> int:
    """Return the organisation's number, safe to stand in SQL."""
    return -1 if viewer.organisation_id is None else int(viewer.organisation_id)
