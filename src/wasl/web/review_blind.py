"""Pairs of the month's sample among those to be judged: which comes next, and keeping what was said of one."""

from __future__ import annotations

from zlib import crc32

from django.urls import reverse
from django.utils import timezone

from wasl.linkage.audit_sample import Question as Blind
from wasl.linkage.audit_sample import answer_question, list_questions
from wasl.linkage.rules import Decision
from wasl.organisations.viewer import Viewer
from wasl.web.review_filters import Question
from wasl.web.words import say

_ONE_OF = 3
"""After one of so many ordinary pairs comes one of the sample."""
_SPREAD = 400
"""Reviewers begin at places of their own, so that two seldom judge one pair at once."""


def is_turn_of_blind(key: str) -> bool:
    """Tell whether a pair of the sample comes after this one: always the same for one pair, in no order to see."""
    return crc32(key.encode()) % _ONE_OF == 0


def address_of_next_blind(viewer: Viewer, question: Question, *, skip: tuple[int, int] | None = None) -> str:
    """Return the page of the next pair of the sample, empty where none waits; the filter goes along."""
    first = question.after if question.is_sample else crc32(viewer.username.encode()) % _SPREAD
    for after in (first, 0) if first else (0,):
        for one in list_questions(viewer, after=after, limit=2):
            if (one.a, one.b) != skip:
                return _address(one, question)
    return ""


def _address(one: Blind, question: Question) -> str:
    """Return a page's address: as of any pair, so that it does not tell what it is."""
    after = one.place if question.is_sample else question.after
    return reverse("review_pair", args=[f"{one.a}-{one.b}"]) + question.query(after=after)


def keep_blind(viewer: Viewer, a: int, b: int, decision: Decision, reason: str) -> str:
    """Keep what was said of a pair of the sample, and return what to tell of it."""
    kept = answer_question(by=viewer, at=timezone.now(), a=a, b=b, decision=decision, reason=reason)
    if not kept.kept:
        return say("accuracy.was_judged")
    if kept.contradicts:
        return say("accuracy.contradicts")
    return say(f"review.kept.{decision}")
