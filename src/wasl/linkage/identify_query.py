"""
What is asked of the database about one person: the facts as the engine would settle them, and no name in plain.

An id goes as its keyed index, and so do its neighbours of one slip: the database holds no id it could compare.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from wasl.country.egypt.names import engine_rules, name_parts, standardise_token
from wasl.country.egypt.national_id import CENTURIES, LENGTH, NationalId, check_national_id
from wasl.kernel.folding import fold
from wasl.matching import NameRules
from wasl.matching.dictionary import PARTS
from wasl.matching.online import describe_unseen, forms_of
from wasl.store.sealing import keyed_index

_PRECISION = {"year": 1, "month": 2, "day": 3}


@dataclass(frozen=True)
class Query:
    """
    What is told of one person, any part of it: ids of fourteen digits, a bare name, codes of places.

    `village` is the key of the village as records keep it. `precision` says what of `born` is known.
    """

    nid: str | None = None
    name: str | None = None
    born: date | None = None
    precision: str | None = "day"
    sex: int | None = None
    governorate: str | None = None
    markaz: str | None = None
    village: str | None = None
    phone: int | None = None
    spouse_nid: str | None = None


def wanted_of(query: Query, today: date) -> dict[str, Any]:
    """Return what `linkage_identify` takes."""
    nid = _checked(query.nid, today)
    spouse = _checked(query.spouse_nid, today)
    tokens = tokens_of(query.name or "")
    born, precision = settle_birth(query, nid)
    sex = query.sex or (nid.sex if nid and nid.check_fits else 0)
    return {
        "digest": _digest(query),
        "kind": "nid" if query.nid else "name" if query.name else "other",
        "nid": _hex(nid.text if nid else None),
        "nid_fits": bool(nid and nid.check_fits),
        "near": _hexes(neighbours(nid.text)) if nid else [],
        "spouse": _hex(spouse.text if spouse else None),
        "tokens": [_facts_of(token) for token in tokens],
        "birth": born.isoformat() if born else None,
        "precision": precision,
        "sex": sex,
        "phone": query.phone or 0,
        "governorate": query.governorate,
        "markaz": query.markaz,
        "village": query.village,
    }


def tokens_of(name: str) -> list[str]:
    """Return the parts of a name as the engine codes them, five at most."""
    standard = (standardise_token(part).strip() for part in name_parts(name))
    return [token for token in standard if token][:PARTS]


def settle_birth(query: Query, nid: NationalId | None) -> tuple[date | None, int]:
    """Return the date and its precision as `matching.encode` settles them: 1 January says a year."""
    fits = nid is not None and nid.check_fits
    if query.born is None:
        return (nid.birth_date, 3) if nid is not None and fits else (None, 0)
    precision = _PRECISION.get(query.precision or "day", 3)
    new_year = precision == 3 and (query.born.month, query.born.day) == (1, 1)
    if new_year and (nid is None or nid.birth_date != query.born):
        precision = 1
    return query.born, precision


def neighbours(nid: str) -> Iterator[str]:
    """Give every id one wrong digit or two swapped neighbours away whose date is one."""
    seen = {nid}
    for at in range(LENGTH):
        swapped = nid[:at] + nid[at + 1 : at + 2] + nid[at] + nid[at + 2 :]
        others = [nid[:at] + digit + nid[at + 1 :] for digit in "0123456789"]
        for text in (*others, *([swapped] if at + 1 < LENGTH else [])):
            if text not in seen:
                seen.add(text)
                if text[0] in CENTURIES and 1 <= int(text[3:5]) <= 12 and 1 <= int(text[5:7]) <= 31:
                    yield text


def _facts_of(token: str) -> dict[str, Any]:
    """Say what the lexicon knows of a name, for the case that no record bears it."""
    facts = describe_unseen(token, _rules())
    return {
        "token": token,
        "known": facts.known,
        "often": facts.often,
        "sex": facts.sex,
        "freq": facts.freq,
        "less": facts.less,
        "near": facts.near,
        "forms": sorted(forms_of(token)),
    }


@cache
def _rules() -> NameRules:
    return NameRules(**engine_rules())


def _checked(text: str | None, today: date) -> NationalId | None:
    found = check_national_id(text, today) if text else None
    return found if isinstance(found, NationalId) else None


def _hexes(texts: Iterable[str | None]) -> list[str]:
    return [index.hex() for index in keyed_index(texts) if index]


def _hex(text: str | None) -> str | None:
    return next(iter(_hexes([text])), None)


def _digest(query: Query) -> str:
    """Return what an access entry keeps of the question: the same again gives the same, and nobody reads it."""
    facts = (query.nid, fold(query.name or ""), query.born, query.phone, query.markaz, query.spouse_nid)
    return _hex("who\x1f" + "\x1f".join(str(fact or "") for fact in facts)) or ""
