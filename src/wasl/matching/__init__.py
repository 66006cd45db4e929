"""The matching engine: records in, people and families out. Pure: no Django, no country."""

from wasl.matching.engine import link_records
from wasl.matching.options import IdLayout, LinkCancelled, LinkOptions, LinkResult, NameRules

__all__ = ["IdLayout", "LinkCancelled", "LinkOptions", "LinkResult", "NameRules", "link_records"]
