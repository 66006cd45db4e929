"""Pages of runs of recognising people and families."""

from __future__ import annotations

from django.urls import URLPattern

ROUTES: list[URLPattern] = []
