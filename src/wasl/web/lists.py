"""Pages of lists: bringing one, its own page, what may be done with it."""

from __future__ import annotations

from django.urls import URLPattern

ROUTES: list[URLPattern] = []
