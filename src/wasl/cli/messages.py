"""Words for codes, in the language of the command line."""

from __future__ import annotations

from wasl.cli.language import both
from wasl.kernel.errors import WaslError
from wasl.wording import Params, all_words


def say(code: str, /, **params: object) -> str:
    """Return the words for `code` in the language chosen, filled with `params`; the bare code where none are."""
    wording = all_words().get(code)
    if wording is None:
        return " ".join([code, *(f"{name}={value}" for name, value in params.items())])
    return both(*wording).format_map(Params(params))


def say_error(error: WaslError) -> str:
    """Return what to tell the user about an error."""
    return both("خطأ: ", "Error: ") + say(error.code, **error.params)
