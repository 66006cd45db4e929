"""Wasl: the shared registry of an alliance of charities."""

__version__ = "0.1.0"
