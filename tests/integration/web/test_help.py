"""Help: each role finds what it may do, in words that are all there."""

from __future__ import annotations

import re

import pytest

from tests.integration.web.test_door import _signed_in
from wasl.organisations.rules import Role
from wasl.organisations.viewer import Viewer
from wasl.web.help import CALENDAR, GLOSSARY, GRADES, KEYS, SECTIONS, _chapter
from wasl.web.words import WORDS, has_words

EVERYBODY = ("what", "certainty", "calendar", "overlaps", "gaps", "others", "words", "ask")


@pytest.mark.parametrize(
    ("name", "more", "less"),
    [
        ("dalia", ("bring", "review", "matching"), ()),
        ("amina", ("bring", "mend", "by_hand"), ("review", "matching")),
        ("basim", (), ("bring", "mend", "review", "matching")),
    ],
)
def test_each_role_reads_what_it_may_do(
    dalia: Viewer, amina: Viewer, basim: Viewer, name: str, more: tuple[str, ...], less: tuple[str, ...]
) -> None:
    page = _signed_in(dalia, name).get("/help/").content.decode()
    chapters = set(re.findall(r'<section id="(\w+)"', page))
    assert {*EVERYBODY, *more} <= chapters
    assert not chapters & set(less)
    assert all(f'href="#{chapter}"' in page for chapter in chapters)


@pytest.mark.parametrize("role", list(Role))
def test_every_chapter_says_something(role: Role) -> None:
    for section in SECTIONS:
        chapter = _chapter(section, role)
        assert has_words(chapter.title)
        assert chapter.words or chapter.kind in ("keys", "glossary"), section.code


def test_every_sign_key_and_word_is_explained() -> None:
    codes = [f"help.grade.{one}" for one in GRADES] + [f"help.cell.{one}" for one in CALENDAR]
    codes += [f"help.word.{one}" for one in GLOSSARY]
    said = [*codes, *(f"{code}.means" for code in codes)]
    said += [code for key in KEYS for code in (key.words, key.page)]
    assert [code for code in said if not has_words(code)] == []


def test_nothing_is_written_that_no_page_shows() -> None:
    shown = {code for role in Role for section in SECTIONS for code in _chapter(section, role).words}
    numbered = {code for code in WORDS if re.fullmatch(r"help\.[a-z_.]+\.\d+", code)}
    assert numbered - shown == set()


def test_words_keep_the_markup_of_what_fills_them_and_escape_the_rest() -> None:
    from django.template import Context, Template

    made = Template('{% load wasl %}{% say "inbox.uploads.ready" file=name|code %}').render(
        Context({"name": "<b>.xlsx"})
    )
    assert '<bdi class="code">&lt;b&gt;.xlsx</bdi>' in made
    made = Template('{% load wasl %}{% say "inbox.uploads.ready" file=name %}').render(
        Context({"name": "<b>"})
    )
    assert "&lt;b&gt;" in made and "<b>" not in made
