"""How an overlap stands, what was said of it and whom an answer drops, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from wasl.benefits.overlap_work.queries import Dropped, Preview, Said, Standing
from wasl.benefits.overlap_work.rules import Stage
from wasl.benefits.queries.choices import Named
from wasl.web.dates import day_words, month_words
from wasl.web.digits import show_digits
from wasl.web.joining import join_words
from wasl.web.naming import named
from wasl.web.words import say
from wasl.web.words.nouns import count_of

BADGES = {
    Stage.ASKED: "asked",
    Stage.TALKING: "open",
    Stage.PASSED: "asked",
    Stage.SETTLED: "done",
    Stage.CLOSED: "ended",
}


@dataclass(frozen=True)
class Told:
    """One thing said, as a line of the conversation; `who` is empty where it is the viewer's not to know."""

    organisation: str
    words: str
    reason: str
    who: str
    said: Said


def name_organisation(organisations: Mapping[int, Named], number: int) -> str:
    """Return an organisation's name; the secretariat is none of the choices."""
    found = organisations.get(number)
    return named(found) if found else say("overlap.secretariat")


def list_names(organisations: Mapping[int, Named], numbers: Sequence[int]) -> str:
    """Return several organisations' names in one sentence."""
    return say("overlap.and").join(name_organisation(organisations, one) for one in numbers)


def badge_of(stage: Stage) -> str:
    """Return the badge's kind for a stage."""
    return BADGES[stage]


def stage_words(standing: Standing, *, own: bool) -> str:
    """Return a stage in a word or two; `own` where the viewer's organisation takes part."""
    if own and standing.stage in (Stage.ASKED, Stage.TALKING):
        return say("overlap.stage.mine" if standing.own_answer is None else "overlap.stage.others")
    return say(f"overlap.stage.{standing.stage}")


def next_words(
    standing: Standing, organisations: Mapping[int, Named], parties: Sequence[int], *, own: bool
) -> str:
    """Say who does what next, or how it ended."""
    due = show_digits(day_words(standing.due_at))
    if standing.stage == Stage.SETTLED:
        if len(standing.keepers) == len(parties):
            return say("overlap.next.both")
        stopped = [one for one in parties if one not in standing.keepers]
        return say(
            "overlap.next.settled",
            keepers=list_names(organisations, standing.keepers),
            stopped=list_names(organisations, stopped),
        )
    if standing.stage in (Stage.ASKED, Stage.TALKING):
        code = "talking" if not own else "mine" if standing.own_answer is None else "others"
        return say(f"overlap.next.{code}", due=due)
    if standing.stage == Stage.PASSED and timezone.now() < standing.due_at:
        return say("overlap.next.passed_early")
    return say(f"overlap.next.{standing.stage}")


def told(said: Said, organisations: Mapping[int, Named], parties: Sequence[int]) -> Told:
    """Put one thing that was said into words."""
    if said.answer == "decided":
        both = len(said.keepers) == len(parties)
        words = (
            say("overlap.said.decided_both")
            if both
            else say("overlap.said.decided", keepers=list_names(organisations, said.keepers))
        )
    else:
        words = say(f"overlap.said.{said.answer}")
    return Told(
        name_organisation(organisations, said.organisation_id), words, said.reason, said.said_by or "", said
    )


def preview_sentences(preview: Preview, organisations: Mapping[int, Named]) -> list[str]:
    """Say whom an answer drops, organisation by organisation, and in which months nobody covers how many."""
    if not preview.months:
        return [say("overlap.drops.nobody")]
    sentences = []
    for organisation in dict.fromkeys(one.organisation_id for one in preview.months):
        months = [one for one in preview.months if one.organisation_id == organisation]
        sentences.append(
            say(
                "overlap.drops",
                organisation=name_organisation(organisations, organisation),
                families=show_digits(count_of(months[0].families, "family", oblique=True)),
                month=show_digits(month_words(months[0].month)),
            )
        )
        bare = [one for one in months if one.bare]
        if not bare:
            sentences.append(say("overlap.drops.covered"))
            continue
        listed = say("overlap.and").join(
            say(
                "overlap.drops.in_month",
                families=show_digits(count_of(families, "family")),
                month=join_words([show_digits(month_words(month)) for month in months_alike]),
            )
            for families, months_alike in _alike(bare)
        )
        sentences.append(say("overlap.drops.bare", months=listed))
    return sentences


def _alike(months: Sequence[Dropped]) -> list[tuple[int, list[date]]]:
    """Put months together that nobody covers as many in: one sentence for all of them."""
    alike: dict[int, list[date]] = {}
    for one in months:
        alike.setdefault(one.bare, []).append(one.month)
    return list(alike.items())
