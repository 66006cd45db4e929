"""Overlaps worked: what the organisations answer, who stops, what the secretariat decides."""
