"""A synthetic alliance: people, members, lists in the forms offices use, and the truth about them."""

from wasl.synth.generation import generate
from wasl.synth.records import population_records

__all__ = ["generate", "population_records"]
