"""What waits in benefits: overlaps an organisation takes part in, and months it has not reported."""

from __future__ import annotations

from django.db import connections
from django.utils import timezone

from wasl.benefits.funders import list_shares_waiting
from wasl.benefits.grant_waiting import list_grants_waiting
from wasl.benefits.overlap_work.waiting import list_overlaps_waiting
from wasl.kernel.months import add_months, format_month
from wasl.organisations.viewer import Viewer
from wasl.store.awaited import Waiting
from wasl.store.connections import scope


def list_waiting(viewer: Viewer) -> list[Waiting]:
    """
    Return overlaps that wait for an answer, own slots not reported for last month, grants and shares.

    For the desk the overlaps that are with the secretariat: the others are their organisations' to answer.
    """
    found = list_overlaps_waiting(viewer)
    if viewer.is_desk:
        return found
    this_month = timezone.localdate().replace(day=1)
    last_month = add_months(this_month, -1)
    with scope(viewer), connections["default"].cursor() as cursor:
        cursor.execute("SELECT slot, name_ar, name_en FROM benefits_slots_unreported(%s)", [last_month])
        for slot, name_ar, name_en in cursor.fetchall():
            params = {"slot": slot, "name_ar": name_ar, "name_en": name_en, "month": format_month(last_month)}
            found.append(Waiting("months.unreported", 1, this_month, params))
    return [*found, *list_grants_waiting(viewer), *list_shares_waiting(viewer)]
