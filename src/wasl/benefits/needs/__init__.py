"""Needs, slots and seasons as the secretariat keeps them: rules that are added to and never rewritten."""
