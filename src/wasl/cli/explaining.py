"""An explanation of two records as lines and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from wasl.cli.messages import say
from wasl.wording import all_words

if TYPE_CHECKING:
    from wasl.linkage.queries import Explanation, PairView
    from wasl.linkage.verdicts import VerdictView


def explanation_lines(found: Explanation, names: Mapping[int, str]) -> Iterator[str]:
    """Give the answer, then the waterfall of the pair or the path that joins the two, then verdicts."""
    if found.a == found.b:
        yield say("explain.same_record")
    yield say("explain.person", answer=say(f"explain.{found.person or 'unlinked'}"))
    if found.pair is not None:
        yield from _pair_lines(found.pair)
    elif found.a != found.b:
        yield say("explain.no_pair")
    if found.path:
        yield say("explain.path")
        for pair in found.path:
            yield say(
                "explain.step", a=names.get(pair.a, pair.a), b=names.get(pair.b, pair.b), grade=say(f"grade.{pair.grade}"),
                rule=say(f"rule.{pair.rule}"), weight=_bits(pair.weight),
            )  # fmt: skip
    if found.path_hidden:
        yield say("explain.path_hidden")
    yield say("explain.family", answer=say(f"explain.{found.family or 'unlinked'}"))
    if found.family_pair is not None:
        yield say(
            "explain.family_pair",
            grade=say(f"grade.{found.family_pair.grade}"),
            weight=_bits(found.family_pair.weight),
        )
        yield from _term_lines(found.family_pair)
    if found.verdicts:
        yield say("explain.verdicts")
        yield from (verdict_line(verdict, names) for verdict in found.verdicts)


def explanation_json(found: Explanation, names: Mapping[int, str]) -> dict[str, object]:
    """Give the same as `explain --json` prints it."""
    return {
        "records": [names.get(found.a, str(found.a)), names.get(found.b, str(found.b))],
        "same_record": found.a == found.b,
        "person": found.person,
        "family": found.family,
        "pair": _pair_json(found.pair),
        "family_pair": _pair_json(found.family_pair),
        "path": None
        if found.path is None
        else [
            {
                "a": names.get(pair.a, str(pair.a)),
                "b": names.get(pair.b, str(pair.b)),
                **(_pair_json(pair) or {}),
            }
            for pair in found.path
        ],
        "path_hidden": found.path_hidden,
        "verdicts": [
            {
                "kind": verdict.kind,
                "verdict": verdict.verdict,
                "reason": verdict.reason,
                "decided_by": verdict.decided_by,
                "decided_at": verdict.decided_at.isoformat(),
            }
            for verdict in found.verdicts
        ],
    }


def verdict_line(verdict: VerdictView, names: Mapping[int, str]) -> str:
    """Give one verdict as a line; `names` says where its records stand."""
    return say(
        "verdict.line",
        verdict=say(f"verdict.{verdict.verdict}"),
        a=names.get(verdict.a, verdict.a),
        b=names.get(verdict.b, verdict.b),
        reason=verdict.reason,
        decided_by=verdict.decided_by,
        on=verdict.decided_at.date(),
    )


def _pair_lines(pair: PairView) -> Iterator[str]:
    yield say(
        "explain.pair",
        grade=say(f"grade.{pair.grade}"),
        rule=say(f"rule.{pair.rule}"),
        weight=_bits(pair.weight),
    )
    if pair.rival:
        yield say("explain.rival", rival=say(f"rival.{pair.rival}"))
    yield from _term_lines(pair)
    if pair.grade == "cut":
        yield say("explain.cut")


def _term_lines(pair: PairView) -> Iterator[str]:
    for term in pair.terms:
        yield say(
            "explain.term",
            comparison=_word("comparison", term.comparison),
            level=_word("level", term.level) if term.level else "",
            weight=_bits(term.weight),
        ).rstrip(" :")


def _pair_json(pair: PairView | None) -> dict[str, object] | None:
    if pair is None:
        return None
    return {
        "grade": pair.grade,
        "rule": pair.rule,
        "rival": pair.rival or None,
        "bits": pair.weight / 100,
        "terms": [
            {"comparison": term.comparison, "level": term.level, "bits": term.weight / 100}
            for term in pair.terms
        ],
    }


def _word(kind: str, name: str) -> str:
    code = f"{kind}.{name}"
    return say(code) if code in all_words() else name.replace("_", " ")


def _bits(weight: int) -> str:
    return f"{weight / 100:+.2f}"
