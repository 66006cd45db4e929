"""What may be answered to an overlap, and where it stands by what was answered. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

PATIENCE = timedelta(days=14)
"""So long organisations have for an overlap before it goes to the secretariat; `benefits_overlap_due` is its twin."""
MOST_AT_ONCE = 5_000
"""Overlaps that one answer may speak of."""
REASON_LONGEST = 500


class Answer(StrEnum):
    """What an organisation says of an overlap that it takes part in."""

    WE_STOP = "we_stop"
    YOU_STOP = "you_stop"
    BOTH = "both"


class Stage(StrEnum):
    """Where an open overlap stands. `CLOSED`: its claims overlap no longer, whatever was said."""

    ASKED = "asked"
    TALKING = "talking"
    PASSED = "passed"
    SETTLED = "settled"
    CLOSED = "closed"


@dataclass(frozen=True)
class Outcome:
    """What the answers come to: a stage, and once settled who goes on giving."""

    stage: Stage
    keepers: tuple[int, ...] = ()


def reckon(parties: Sequence[int], answers: Mapping[int, Answer]) -> Outcome:
    """
    Return what the standing answers of an overlap's organisations come to; in SQL `benefits_reckon_overlaps`.

    They agree where all say both, or exactly one goes on and every other stops. What can no longer become
    an agreement without somebody changing their mind goes to the secretariat at once.
    """
    said = [answers[party] for party in parties if party in answers]
    going = [party for party in parties if answers.get(party) == Answer.YOU_STOP]
    stopping = said.count(Answer.WE_STOP)
    joint = said.count(Answer.BOTH)
    if joint == len(parties):
        return Outcome(Stage.SETTLED, tuple(sorted(parties)))
    if len(going) == 1 and stopping == len(parties) - 1:
        return Outcome(Stage.SETTLED, (going[0],))
    if len(going) > 1 or stopping == len(parties) or (joint and len(said) > joint):
        return Outcome(Stage.PASSED)
    return Outcome(Stage.TALKING if said else Stage.ASKED)
