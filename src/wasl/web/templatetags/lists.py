"""What templates of lists need: the options of a column's select, a header's cell by its place."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from wasl.web.list_fields import FieldGroup, say_field

register = template.Library()


@register.simple_tag
def field_options(groups: Sequence[FieldGroup], chosen: str) -> SafeString:
    """Print the groups of a select; a field that none of them offers stands alone before them."""
    offered = chosen == "ignore" or any(chosen == field for group in groups for field, _ in group.options)
    own = "" if offered else format_html('<option value="{}" selected>{}</option>', chosen, say_field(chosen))
    return SafeString(own) + format_html_join(
        "",
        '<optgroup label="{}">{}</optgroup>',
        (
            (
                group.words,
                format_html_join(
                    "",
                    '<option value="{}"{}>{}</option>',
                    (
                        (field, SafeString(" selected") if field == chosen else "", words)
                        for field, words in group.options
                    ),
                ),
            )
            for group in groups
        ),
    )


@register.filter
def at(cells: Sequence[str], place: int) -> str:
    """Print the cell at a place, nothing where there is none."""
    return cells[place] if 0 <= place < len(cells) else ""
