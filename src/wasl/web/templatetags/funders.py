"""Who pays a grant, wherever one is shown."""

from __future__ import annotations

from django import template
from django.http import HttpRequest

from wasl.web.funders import FundersOfGrant, funders_of
from wasl.web.viewing import get_viewer_of

register = template.Library()


@register.simple_tag(takes_context=True)
def funding_of(
    context: dict[str, object], grant: str, state: str, value_piastres: int | None
) -> FundersOfGrant:
    """Return the shares of a grant to whoever looks at this page."""
    request = context["request"]
    assert isinstance(request, HttpRequest)
    return funders_of(get_viewer_of(request), grant, state, value_piastres)
