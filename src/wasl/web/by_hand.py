"""Pages of a family added by hand."""

from __future__ import annotations

from django.urls import URLPattern

ROUTES: list[URLPattern] = []
