"""What browsers send, without what nobody can have typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict

NUL = "\x00"


class NoNulMiddleware:
    """
    Take NUL out of queries and forms: nobody sees it, text that was pasted may hold it, PostgreSQL keeps none.

    No address has one, so a path with NUL is nobody's.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> None:
        """Clean what the view is about to read."""
        if NUL in request.path_info:
            raise Http404
        request.GET = _without_nul(request.GET)  # type: ignore[assignment]
        request.POST = _without_nul(request.POST)  # type: ignore[assignment]


def _without_nul(query: QueryDict) -> QueryDict:
    if not any(NUL in text for name, values in query.lists() for text in (name, *map(str, values))):
        return query
    clean = QueryDict(mutable=True)
    for name, values in query.lists():
        clean.setlist(name.replace(NUL, ""), [str(value).replace(NUL, "") for value in values])
    clean._mutable = False
    return clean
