"""Names of things in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import get_language

from wasl.kernel.naming import name_in


def named(row: object, what: str = "name") -> str:
    """
    Return the name of a row (object or mapping) in the page's language; Arabic where English lacks.

    `what` is the part before `_ar` and `_en` of what the row calls it. A row without either has no name: "".
    """
    read = row.get if isinstance(row, Mapping) else lambda key, default: getattr(row, key, default)
    return str(name_in(get_language(), read(f"{what}_ar", ""), read(f"{what}_en", "")))
