"""
Words of the pages: code → (Arabic, English).

Each group of pages has a module of this package with a dictionary `WORDS`; all are one vocabulary,
and a code stands in one of them alone. What is not said here is said as the commands say it
(`wasl.wording`): errors, states, evidence.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from django.utils.translation import get_language

from wasl.kernel.errors import WaslError
from wasl.wording import Params, all_words

WORDS: dict[str, tuple[str, str]] = {}
for _module in sorted(module.name for module in iter_modules(__path__)):
    _words: dict[str, tuple[str, str]] = import_module(f"{__name__}.{_module}").WORDS
    assert not WORDS.keys() & _words.keys(), f"said twice: {sorted(WORDS.keys() & _words.keys())}"
    WORDS.update(_words)


def say(code: str, /, **params: object) -> str:
    """Return the words for `code` in the request's language; the bare code where there are none."""
    arabic, english = WORDS.get(code) or all_words().get(code) or (code, code)
    return (english if get_language() == "en" else arabic).format_map(Params(params))


def has_words(code: str) -> bool:
    """Tell whether there are words for `code`."""
    return code in WORDS or code in all_words()


def say_error(error: WaslError) -> str:
    """Return what to tell a reader of pages about an error."""
    return say(error.code, **error.params)
