"""The matching engine: records in, people and families out. Pure: no Django, no country."""

from wasl.matching.changes import ChangeResult, Changes, link_changes
from wasl.matching.checking import check_state
from wasl.matching.context import Context
from wasl.matching.engine import link_records
from wasl.matching.explain import Explanation, Step, explain_pair
from wasl.matching.model_file import InvalidModel, ModelFile
from wasl.matching.options import IdLayout, LinkCancelled, LinkOptions, LinkResult, NameRules
from wasl.matching.state import LinkState

__all__ = [
    "ChangeResult",
    "Changes",
    "Context",
    "Explanation",
    "IdLayout",
    "InvalidModel",
    "LinkCancelled",
    "LinkOptions",
    "LinkResult",
    "LinkState",
    "ModelFile",
    "NameRules",
    "Step",
    "check_state",
    "explain_pair",
    "link_changes",
    "link_records",
]
