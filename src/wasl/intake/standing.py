"""
Ask for a family to be added by hand, taken out or brought back: from a page, with the application's role.

What was typed is kept sealed until the engine has stored it (`standing_storing`), and the job knows it by
its number alone. The form's own id makes the request safe to repeat.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connections

from wasl.intake.permissions import check_can_change_lists
from wasl.intake.queries import ListView, access_list
from wasl.intake.standing_form import HandFamily, check_form
from wasl.intake.standing_queries import REASONS
from wasl.jobs.actions import enqueue
from wasl.kernel.errors import Conflict, InvalidInput
from wasl.organisations.queries import access_organisation
from wasl.organisations.viewer import Viewer
from wasl.store.connections import scope
from wasl.store.sealing import keyed_index, seal

ADD, WITHDRAW, RESTORE = "add_family", "withdraw_family", "restore_family"

SUBMIT = """
INSERT INTO intake_hand_form (organisation_id, id, body_key, sealed, username, submitted_at)
VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT ON CONSTRAINT intake_hand_form_pkey DO NOTHING RETURNING id
"""


def submit_family(
    *, organisation: str, form_id: UUID, family: HandFamily, by: Viewer, at: datetime
) -> str | None:
    """
    Keep a family and ask for it to be stored; return the job's code.

    The same form again, even at the same moment, is one family: it gives back the same job. The form
    must have been read and accepted (`standing_reading`); whoever stores it reads it again.

    :raises NotFound: not an organisation of `by`. :raises NotAllowed: `by` only reads.
    :raises Conflict: this form was sent before with other content; that one stands.
    """
    owner = access_organisation(by, organisation)
    check_can_change_lists(by, owner.pk, owner.code)
    check_form(family)
    text = family.to_text()
    body, sealed = keyed_index([text])[0], seal([text])[0]
    with scope(by), connections["default"].cursor() as cursor:
        cursor.execute(SUBMIT, [owner.pk, form_id, body, sealed, by.username, at])
        if cursor.fetchone() is None:
            cursor.execute(
                "SELECT body_key, job FROM intake_hand_form WHERE organisation_id = %s AND id = %s",
                [owner.pk, form_id],
            )
            kept, job = cursor.fetchone()
            if bytes(kept) != body:
                raise Conflict("hand_form.sent_otherwise")
            return None if job is None else str(job)
        code = enqueue(
            by=by, at=at, kind=ADD, params={"form": str(form_id), "organisation": owner.code},
            object_code=str(form_id), lock=_lock(owner.pk),
        )  # fmt: skip
        cursor.execute(
            "UPDATE intake_hand_form SET job = %s WHERE organisation_id = %s AND id = %s",
            [code, owner.pk, form_id],
        )
    return code


def ask_withdrawal(*, code: str, row: int, reason: str, by: Viewer, at: datetime) -> str:
    """
    Ask for the family at this row of a list kept by hand to be taken out; return the job's code.

    :raises NotFound: not a list of `by`. :raises NotAllowed: `by` only reads. :raises InvalidInput: no such reason.
    """
    view = _changeable(by, code)
    if reason not in REASONS:
        raise InvalidInput("hand_form.reason_needed")
    return enqueue(
        by=by, at=at, kind=WITHDRAW, params={"list": view.code, "row": row, "reason": reason},
        object_code=view.code, lock=_lock(view.organisation_id),
    )  # fmt: skip


def ask_restoring(*, code: str, row: int, by: Viewer, at: datetime) -> str:
    """
    Ask for a family that was taken out to be brought back; return the job's code.

    :raises NotFound: not a list of `by`. :raises NotAllowed: `by` only reads.
    """
    view = _changeable(by, code)
    return enqueue(
        by=by, at=at, kind=RESTORE, params={"list": view.code, "row": row},
        object_code=view.code, lock=_lock(view.organisation_id),
    )  # fmt: skip


def _changeable(by: Viewer, code: str) -> ListView:
    view = access_list(by, code)
    check_can_change_lists(by, view.organisation_id, view.organisation)
    return view


def _lock(organisation_id: int) -> str:
    """One after the other for one organisation: the database would make them wait anyhow."""
    return f"standing list {organisation_id}"
