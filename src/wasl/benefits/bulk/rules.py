"""What a bulk does, how far it is, and what can become of its rows. Pure."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID, uuid5

CHUNK_ROWS = 10_000
"""Rows of one transaction: enough that its cost is the rows', few enough to be watched and stopped."""


class BulkAction(StrEnum):
    """What is done to each row."""

    RESERVE = "reserve"
    APPROVE = "approve"
    DELIVER = "deliver"
    REVERSE = "reverse"
    CANCEL = "cancel"


class BulkSource(StrEnum):
    """Where its rows come from."""

    FILE = "file"
    LIST = "list"
    GAPS = "gaps"
    BULK = "bulk"
    GRANTS = "grants"


class BulkState(StrEnum):
    """How far it is."""

    READING = "reading"
    READY = "ready"
    REFUSED = "refused"
    WORKING = "working"
    STOPPED = "stopped"
    DONE = "done"
    DISCARDED = "discarded"


TO_DO = ""
"""The outcome of a row that is still to be done."""

DONE_AS = {
    BulkAction.RESERVE: "reserved",
    BulkAction.APPROVE: "approved",
    BulkAction.DELIVER: "delivered",
    BulkAction.REVERSE: "reversed",
    BulkAction.CANCEL: "cancelled",
}
"""The outcome of a row that went through."""

ANSWERABLE = ("warned", "asked")
"""What the door leaves to the officer: given all the same where somebody says why."""

AT_THE_DOOR = (
    "refused", "warned", "asked", "exists", "not_own", "same_maker", "lapsed", "state",
    "not_approved", "all_given", "shares", "of_list",
)  # fmt: skip
"""What a door may say besides having done it."""

BEFORE_THE_DOOR = (
    "bad_code", "no_code", "bad_person", "bad_quantity", "bad_value", "not_found", "not_of_family", "no_grant", "repeated",
)  # fmt: skip
"""What keeps a row from coming to the door at all."""

OUTCOMES = (*DONE_AS.values(), *AT_THE_DOOR, *BEFORE_THE_DOOR)

FOLLOWS = {
    BulkAction.APPROVE: (BulkAction.RESERVE,),
    BulkAction.DELIVER: (BulkAction.APPROVE, BulkAction.RESERVE),
    BulkAction.REVERSE: (BulkAction.DELIVER,),
    BulkAction.CANCEL: (BulkAction.RESERVE, BulkAction.APPROVE),
    BulkAction.RESERVE: (BulkAction.RESERVE,),
}
"""Which bulks an action may follow on."""

GRANT_STATES = {
    BulkAction.APPROVE: ("reserved",),
    BulkAction.DELIVER: ("approved", "partly", "reversed"),
    BulkAction.REVERSE: ("partly", "delivered"),
    BulkAction.CANCEL: ("reserved", "approved"),
}
"""The grants that an action is for, where they are found and not named one by one."""


def chunk_operation(bulk: UUID, first_place: int) -> UUID:
    """Return the operation id of the chunk that begins at a place: the same whoever does it, however often."""
    return uuid5(bulk, str(first_place))
