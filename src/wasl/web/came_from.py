"""By which page somebody came, for what the access log keeps: nobody types a reason with a queue before them."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest

DIRECT = "direct"


def came_from(request: HttpRequest) -> str:
    """Return the first part of the address of the page of ours that led here (families, search), else `direct`."""
    came = urlsplit(request.headers.get("Referer", ""))
    is_ours = came.netloc in ("", request.get_host())
    return (came.path.strip("/").split("/")[0] if is_ours else "") or DIRECT
