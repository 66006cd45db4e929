"""`wasl who`: somebody's facts weighed against all records, as the next matching would weigh them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wasl.cli.language import both
from wasl.cli.messages import say
from wasl.cli.output import JsonOption, declare_json, print_result
from wasl.cli.session import now, open_viewer
from wasl.kernel.errors import InvalidInput
from wasl.wording import all_words

if TYPE_CHECKING:
    from wasl.benefits.elsewhere import Elsewhere
    from wasl.linkage.identify import Answer, Candidate, Evidence
    from wasl.linkage.typed_query import Typed, Understood
    from wasl.organisations.viewer import Viewer

ONCE = 1
"""The year of what is given once in a life."""


def _option(name: str, arabic: str, english: str) -> Any:
    return typer.Option(name, metavar="TEXT", help=both(arabic, english))


def register(app: typer.Typer) -> None:
    """Add the command."""
    declare_json(
        "who",
        band="of the best candidate: same, possible or new",
        contested="true where the national id alone is held by several, so that the name is asked for",
        candidates="band, person, family (codes, or null), name, born, weight (bits: prior, evidence and others add"
        " up to it), prior, others, rival, basis (id, pair or family), records; evidence: comparison, level, bits",
        has_more="true where others fit as well",
        coordination="what an officer may know of families that only others know: outcome (known, unknown, several or"
        " limited), coverage (slot, month, by, free_from), oldest_report, again_at; or null",
    )
    app.command(
        "who", help=both("من هذا؟ قارن بيانات شخص بكل السجلات", "Who is this? Weigh somebody's facts")
    )(who)


def who(
    nid: Annotated[str | None, _option("--nid", "الرقم القومي", "national id")] = None,
    name: Annotated[
        str | None, _option("--name", "كلمات من أول الاسم", "words of the name, from the first")
    ] = None,
    born: Annotated[
        str | None,
        _option("--born", "تاريخ الميلاد مثل 15/3/1985، أو سنته", "birth date, as 15/3/1985, or its year"),
    ] = None,
    place: Annotated[
        str | None,
        _option("--place", "المركز أو المحافظة، ومعه القرية", "markaz or governorate, with the village"),
    ] = None,
    phone: Annotated[str | None, _option("--phone", "رقم المحمول", "mobile number")] = None,
    spouse_nid: Annotated[
        str | None, _option("--spouse-nid", "الرقم القومي للزوج أو الزوجة", "national id of husband or wife")
    ] = None,
    sex: Annotated[str | None, _option("--sex", "ذكر أو أنثى", "male or female")] = None,
    as_json: JsonOption = False,
) -> None:
    """Say who it is: the same as somebody known, perhaps, or new; with what speaks for and against."""
    from wasl.linkage.typed_query import Typed

    said = (nid, name, born, sex, place, phone, spouse_nid)
    typed = Typed(*(text or "" for text in said))
    if typed.is_blank:
        raise InvalidInput("who.nothing_asked")
    viewer = open_viewer()
    from wasl.linkage.identify import identify

    answer = identify(viewer, _understand(typed).query, at=now())
    print_result(_json(answer), as_json, _lines(viewer, answer))


def _understand(typed: Typed) -> Understood:
    """:raises InvalidInput: an option cannot be read; carries it as `field`."""
    from wasl.linkage.typed_query import understand

    understood, problems = understand(typed, today=now().date())
    if problems:
        raise InvalidInput(problems[0].code, field=f"--{problems[0].field.replace('_', '-')}")
    return understood


def _json(answer: Answer) -> dict[str, object]:
    return {
        "band": answer.band,
        "contested": answer.contested,
        "candidates": [_candidate_json(one) for one in answer.candidates],
        "has_more": answer.has_more,
        "coordination": _elsewhere_json(answer.elsewhere),
    }


def _candidate_json(one: Candidate) -> dict[str, object]:
    from wasl.linkage.typed_query import evidence_of

    born = one.best.birth_date
    length = {"year": 4, "month": 7}.get(one.best.birth_precision or "", 10)
    return {
        "band": one.band,
        "person": one.person,
        "family": one.family,
        "name": one.best.name,
        "born": None if born is None else born.isoformat()[:length],
        "weight": one.weight / 100,
        "prior": one.prior / 100,
        "others": one.others / 100,
        "rival": one.rival,
        "basis": one.basis,
        "records": len(one.records),
        "evidence": [
            {"comparison": term.comparison, "level": term.level, "bits": term.weight / 100}
            for term in evidence_of(one)
        ],
    }


def _elsewhere_json(found: Elsewhere | None) -> dict[str, object] | None:
    if found is None:
        return None
    return {
        "outcome": found.outcome,
        "coverage": [
            {
                "slot": one.slot,
                "month": None if one.month.year == ONCE else f"{one.month:%Y-%m}",
                "by": one.covered_by,
                "free_from": None if one.free_from is None else f"{one.free_from:%Y-%m}",
            }
            for one in found.coverage
        ],
        "oldest_report": None if found.oldest_report is None else f"{found.oldest_report:%Y-%m}",
        "again_at": None if found.again_at is None else found.again_at.isoformat(),
    }


def _lines(viewer: Viewer, answer: Answer) -> Iterator[str]:
    """Give the answer, then each candidate with its evidence, then what others' families allow to say."""
    from wasl.linkage.typed_query import sentence_of

    code = sentence_of(answer)
    if viewer.is_desk and f"{code}_desk" in all_words():
        code = f"{code}_desk"
    likely = [one for one in answer.candidates if one.band != "new"]
    yield say(code, name=likely[0].best.name if likely else "", people=len(likely))
    for one in answer.candidates:
        yield from _candidate_lines(one)
    if answer.has_more:
        yield say("who.has_more_people")
    if answer.elsewhere is not None:
        yield from _elsewhere_lines(answer.elsewhere)


def _candidate_lines(one: Candidate) -> Iterator[str]:
    from wasl.linkage.typed_query import evidence_of

    unknown = say("who.not_matched")
    yield say(
        "who.line", band=say(f"who.band.{one.band}"), name=one.best.name, person=one.person or unknown,
        family=one.family or unknown,
    )  # fmt: skip
    for term in sorted(evidence_of(one), key=lambda term: -abs(term.weight)):
        yield _evidence_line(term)
    if one.basis != "id":
        yield say("who.weight", bits=_bits(one.weight), prior=_bits(one.prior), others=_bits(one.others))


def _evidence_line(term: Evidence) -> str:
    return say(
        "explain.term", weight=_bits(term.weight), comparison=say(f"comparison.{term.comparison}"),
        level=say(f"level.{term.level}"),
    )  # fmt: skip


def _elsewhere_lines(found: Elsewhere) -> Iterator[str]:
    again = "" if found.again_at is None else f"{found.again_at:%H:%M}"
    yield say(f"who.elsewhere.{found.outcome}", again=again)
    for one in found.coverage:
        month = "—" if one.month.year == ONCE else f"{one.month:%Y-%m}"
        free = "—" if one.free_from is None else f"{one.free_from:%Y-%m}"
        yield say("who.elsewhere.covered", slot=one.slot, month=month, again=free)


def _bits(weight: int) -> str:
    return f"{weight / 100:+.2f}"
