"""Every code has words in both languages, and words name only what the code gives them."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from wasl.kernel.errors import ERROR_KINDS
from wasl.web.words import WORDS as PAGE_WORDS
from wasl.wording import all_words

SOURCE = Path(__file__).resolve().parents[2] / "src" / "wasl"
KINDS = {kind.__name__ for kind in ERROR_KINDS}
ARABIC = re.compile(r"[\u0600-\u06ff]")


def _raised() -> Iterator[tuple[str, str, set[str]]]:
    """Yield (where, code, parameters) of every error built in the code."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS:
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    given = {keyword.arg for keyword in node.keywords if keyword.arg}
                    if all(keyword.arg for keyword in node.keywords):
                        yield f"{path.relative_to(SOURCE)}:{node.lineno}", first.value, given


def _asked(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_error_has_words_in_both_languages() -> None:
    words = all_words() | PAGE_WORDS
    assert sorted({f"{where} {code}" for where, code, _ in _raised() if code not in words}) == []


def test_words_of_an_error_ask_only_for_what_it_carries() -> None:
    words = all_words() | PAGE_WORDS
    short = []
    for where, code, given in _raised():
        for wording in words.get(code, ()):
            if not _asked(wording) <= given:
                short.append(f"{where} {code}: {sorted(_asked(wording) - given)}")
    assert short == []


@pytest.mark.parametrize("words", [all_words(), PAGE_WORDS], ids=["cli", "pages"])
def test_both_languages_are_there_and_ask_for_the_same(words: dict[str, tuple[str, str]]) -> None:
    for code, (arabic, english) in words.items():
        assert arabic.strip(), code
        assert english.strip(), code
        assert _asked(arabic) == _asked(english), code
        if code != "language.other" and re.search(r"[A-Za-z]{4}", re.sub(r"{[^}]*}", "", english)):
            assert ARABIC.search(arabic), code


def test_templates_use_words_that_exist() -> None:
    used = set()
    for path in (SOURCE / "web" / "templates").rglob("*.html"):
        used |= set(re.findall(r"""{%\s*say\s+["']([\w.]+)["']""", path.read_text()))
    words = set(PAGE_WORDS) | set(all_words())
    beginnings = {code for code in used if code.endswith(".")}
    assert used - beginnings - words == set()
    assert {one for one in beginnings if not any(code.startswith(one) for code in words)} == set()


def test_commands_say_only_what_has_words() -> None:
    words = all_words() | PAGE_WORDS
    missing = set()
    for path in (SOURCE / "cli").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "say"
                and node.args
            ):
                for code in ast.walk(node.args[0]):
                    if isinstance(code, ast.Constant) and isinstance(code.value, str) and "." in code.value:
                        missing |= (
                            {f"{path.name}: {code.value}"} if code.value.strip(".") not in words else set()
                        )
    partial = {one for one in missing if one.endswith((".", "_"))}
    assert missing - partial == set()
