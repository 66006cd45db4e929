"""Pages of the inbox: what waits for the viewer."""

from __future__ import annotations

from django.urls import URLPattern

ROUTES: list[URLPattern] = []
