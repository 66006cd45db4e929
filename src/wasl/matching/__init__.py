"""The matching engine: records in, people and families out. Pure: no Django, no country."""

from wasl.matching.engine import link_records
from wasl.matching.explain import Explanation, Step, explain_pair
from wasl.matching.model_file import InvalidModel, ModelFile
from wasl.matching.options import IdLayout, LinkCancelled, LinkOptions, LinkResult, NameRules

__all__ = [
    "Explanation",
    "IdLayout",
    "InvalidModel",
    "LinkCancelled",
    "LinkOptions",
    "LinkResult",
    "ModelFile",
    "NameRules",
    "Step",
    "explain_pair",
    "link_records",
]
