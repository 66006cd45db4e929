"""Pages of a family's page."""

from __future__ import annotations

from django.urls import URLPattern

ROUTES: list[URLPattern] = []
