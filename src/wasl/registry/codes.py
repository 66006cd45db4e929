"""
Codes of people and families as whoever looks reads them.

The desk reads the alliance's codes, which stand on cards. An organisation reads codes of its own: of
the oldest of its rows in the family or person, made of its own numbers, so that they tell nothing of
who else knows the family, or how many there are. Both stay readable when families join.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connections

from wasl.kernel.codes import is_code, make_code, number_of
from wasl.kernel.errors import NotFound
from wasl.organisations.viewer import Viewer
from wasl.store.connections import scope
from wasl.store.reading import read_rows

# Own codes begin here, alliance codes stay below: their first digits say whose rows they count.
OWN_FROM = 10**9

# The SQL twin is `registry_code`; for the oldest number of an organisation's rows, in exports.
OWN_CODE = "registry_code({organisation}::bigint * 1000000000 + {own_no})"


def make_own_code(organisation_id: int, own_no: int) -> str:
    """Give the code of an organisation's own row."""
    return make_code(organisation_id * OWN_FROM + own_no)


def find_family(viewer: Viewer, code: str) -> int | None:
    """Return the family (best estimate) that a code names, or None: unknown, mistyped, or not the viewer's."""
    return _find(viewer, "registry_family_of_code", code)


def find_person(viewer: Viewer, code: str) -> int | None:
    """Return the person (best estimate) that a code names, or None: unknown, mistyped, or not the viewer's."""
    return _find(viewer, "registry_person_of_code", code)


def access_family(viewer: Viewer, code: str) -> int:
    """
    Return the family that a code names.

    :raises NotFound: there is none, or it is not the viewer's.
    """
    return _present(find_family(viewer, code), code)


def access_person(viewer: Viewer, code: str) -> int:
    """
    Return the person that a code names.

    :raises NotFound: there is none, or they are not the viewer's.
    """
    return _present(find_person(viewer, code), code)


def family_codes(viewer: Viewer, families: Iterable[int]) -> dict[int, str]:
    """Return the codes under which the viewer reads families; what is not the viewer's is not there."""
    return _codes(viewer, "registry_family_codes", families)


def person_codes(viewer: Viewer, people: Iterable[int]) -> dict[int, str]:
    """Return the codes under which the viewer reads people; who is not the viewer's is not there."""
    return _codes(viewer, "registry_person_codes", people)


def _find(viewer: Viewer, function: str, code: str) -> int | None:
    if not is_code(code):
        return None
    with scope(viewer), connections["default"].cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [make_code(number_of(code))])
        row = cursor.fetchone()
    return None if row is None or row[0] is None else int(row[0])


def _codes(viewer: Viewer, function: str, subjects: Iterable[int]) -> dict[int, str]:
    wanted = list(subjects)
    if not wanted:
        return {}
    return {row[0]: row[1] for row in read_rows(viewer, f"SELECT * FROM {function}(%s)", [wanted])}


def _present(found: int | None, code: str) -> int:
    if found is None:
        raise NotFound("subject.unknown", code=code)
    return found
