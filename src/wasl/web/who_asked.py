"""
The question that a page answers, kept between the form and its answer: sealed, in the session of whoever asked.

An id or a name in the address would stay in histories and logs; an answer to a POST could not be refreshed or
gone back to. So the form is kept under a number, and the address holds the number.
"""

from __future__ import annotations

import json
import secrets
from base64 import b64decode, b64encode
from dataclasses import asdict

from django.http import HttpRequest

from wasl.linkage.typed_query import Typed
from wasl.store.sealing import seal, unseal

KEPT = "who"
KEPT_MOST = 2
"""The session is a cookie: the last questions are enough to go back to."""


def keep_asked(request: HttpRequest, typed: Typed) -> str:
    """Keep what was typed and return the number it is found again by."""
    text = json.dumps(list(asdict(typed).values()), ensure_ascii=False)
    sealed = seal([text])[0]
    assert sealed is not None
    number = secrets.token_hex(4)
    kept = request.session.get(KEPT, [])
    request.session[KEPT] = [*kept, [number, b64encode(sealed).decode()]][-KEPT_MOST:]
    return number


def find_asked(request: HttpRequest, number: str) -> Typed | None:
    """Return what was typed under a number; None where it is no longer kept."""
    sealed = dict(request.session.get(KEPT, [])).get(number)
    if sealed is None:
        return None
    text = unseal([b64decode(sealed)])[0]
    return None if text is None else Typed(*json.loads(text))
