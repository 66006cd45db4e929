"""Pages of overlaps and repeats."""

from __future__ import annotations

from django.urls import URLPattern

ROUTES: list[URLPattern] = []
