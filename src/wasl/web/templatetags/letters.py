"""Marks for letters that differ."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from wasl.web.letters import Part

register = template.Library()


@register.filter
def marked(parts: Sequence[Part]) -> SafeString | str:
    """Print parts with what differs in `<mark>`; a dash where nothing is written. Letters stay joined."""
    if not parts:
        return "—"
    return format_html_join(
        "",
        "{}",
        (
            (
                format_html('<mark class="{}">{}</mark>', part.differs, part.text)
                if part.differs
                else part.text,
            )
            for part in parts
        ),
    )
