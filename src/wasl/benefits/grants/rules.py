"""What a grant may go through, without a database: the table of moves holds PostgreSQL to the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from wasl.kernel.errors import InvalidInput

# Ids of grants begin here; those of lists stay far below: a claim of a grant has its id for a list.
GRANTS_FROM = 1_000_000_000_000


class State(StrEnum):
    """Where a grant is in its life."""

    RESERVED = "reserved"
    APPROVED = "approved"
    PARTLY = "partly"
    DELIVERED = "delivered"
    REVERSED = "reversed"
    RETURNED = "returned"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"
    REPORTED = "reported"


# From, to, and what somebody does: migration 0007 writes the same, and a test holds the two equal.
MOVES: frozenset[tuple[State, State, str]] = frozenset(
    (State(start), State(end), name)
    for start, end, name in (
        ("reserved", "approved", "approve"),
        ("reserved", "cancelled", "cancel"),
        ("reserved", "lapsed", "lapse"),
        ("reserved", "reported", "report"),
        ("approved", "partly", "deliver"),
        ("approved", "delivered", "deliver"),
        ("approved", "cancelled", "cancel"),
        ("approved", "lapsed", "lapse"),
        ("partly", "delivered", "deliver"),
        ("partly", "reversed", "reverse"),
        ("partly", "returned", "return"),
        ("delivered", "partly", "reverse"),
        ("delivered", "reversed", "reverse"),
        ("delivered", "returned", "return"),
        ("reversed", "partly", "deliver"),
        ("reversed", "delivered", "deliver"),
        ("reversed", "cancelled", "cancel"),
        ("lapsed", "delivered", "report"),
        ("lapsed", "reported", "report"),
        ("reported", "lapsed", "withdraw"),
    )
)
BORN = frozenset({State.RESERVED, State.REPORTED})
# In these a grant holds its cells.
ALIVE = frozenset({State.RESERVED, State.APPROVED, State.PARTLY, State.DELIVERED, State.REPORTED})


class Outcome(StrEnum):
    """What a door says to one row."""

    RESERVED = "reserved"
    REFUSED = "refused"
    WARNED = "warned"
    ASKED = "asked"
    NOT_OWN = "not_own"
    EXISTS = "exists"
    APPROVED = "approved"
    SAME_MAKER = "same_maker"
    LAPSED = "lapsed"
    STATE = "state"
    SHARES = "shares"
    DELIVERED = "delivered"
    NOT_APPROVED = "not_approved"
    ALL_GIVEN = "all_given"
    REVERSED = "reversed"
    OF_LIST = "of_list"
    CANCELLED = "cancelled"
    RETURNED = "returned"


def moves_from(state: State) -> set[str]:
    """Return what may be done with a grant in this state."""
    return {name for start, _, name in MOVES if start == state}


def may_move(start: State, end: State) -> bool:
    """Tell whether the table of moves lists this one; staying is no move."""
    return start == end or any((start, end) == (one, other) for one, other, _ in MOVES)


@dataclass(frozen=True)
class Ask:
    """
    One row of what is to be reserved: an own entry and, for a person's need, an own record of it.

    `answer` is what the officer says to a warning or question of this row: '' nothing, `give` to go on, or
    `other_family` where a question is answered by "this is another family".
    """

    entry_id: int
    record_id: int | None = None
    quantity: Decimal | None = None
    value_piastres: int | None = None
    answer: str = ""


@dataclass(frozen=True)
class Receipt:
    """Who took what and when; what is left out is the grant's own, and today."""

    received_by: str = "self"
    delivered_on: date | None = None
    receiver_name: str = ""
    receiver_relation: str = ""
    receiver_nid: str | None = None
    quantity: Decimal | None = None
    value_piastres: int | None = None


def check_asks(rows: list[Ask], reason: str) -> None:
    """:raises InvalidInput: no row, a quantity or value below nothing, or an answer without its reason."""
    if not rows:
        raise InvalidInput("grant.no_rows")
    if any(row.quantity is not None and row.quantity <= 0 for row in rows):
        raise InvalidInput("grant.quantity_not_positive")
    if any(row.value_piastres is not None and row.value_piastres < 0 for row in rows):
        raise InvalidInput("grant.value_negative")
    if any(row.answer for row in rows):
        check_reason(reason)


def check_reason(reason: str) -> None:
    """:raises InvalidInput: none is given."""
    if not reason.strip():
        raise InvalidInput("grant.reason_missing")


def check_receipt(receipt: Receipt, today: date) -> None:
    """:raises InvalidInput: a proxy who is not known by name, relation and id, a day to come, or no quantity."""
    if receipt.received_by not in ("self", "member", "proxy"):
        raise InvalidInput("delivery.receiver_unknown", received_by=receipt.received_by)
    if receipt.received_by == "proxy" and not (
        receipt.receiver_name.strip() and receipt.receiver_relation.strip() and receipt.receiver_nid
    ):
        raise InvalidInput("delivery.proxy_unknown")
    if receipt.delivered_on is not None and receipt.delivered_on > today:
        raise InvalidInput("delivery.day_to_come", day=receipt.delivered_on.isoformat())
    if receipt.quantity is not None and receipt.quantity <= 0:
        raise InvalidInput("grant.quantity_not_positive")
    if receipt.value_piastres is not None and receipt.value_piastres < 0:
        raise InvalidInput("grant.value_negative")
