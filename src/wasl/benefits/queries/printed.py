"""What is printed of grants: the receipt of a delivery, and the approved grants that a distribution is worked by."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from wasl.benefits.queries.choices import Named
from wasl.kernel.months import format_month, parse_month
from wasl.organisations.viewer import Viewer
from wasl.registry.codes import OWN_CODE
from wasl.store.reading import read_rows

FAMILY_CODE = OWN_CODE.format(organisation="e.organisation_id", own_no="e.own_no")


@dataclass(frozen=True)
class Receipt:
    """One delivery of a grant, as its organisation knows the family and wrote its names."""

    code: str
    organisation_ar: str
    organisation_en: str
    family: str
    head: str
    to: str
    need_ar: str
    need_en: str
    first_month: date
    last_month: date
    tranche: int
    tranches: int
    delivered_on: date
    recorded_by: str
    received_by: str
    receiver_name: str
    receiver_relation: str
    quantity: Decimal | None
    unit: str
    value_piastres: int | None
    reversed_at: datetime | None
    reason: str


# Of a tranche that was delivered again, the newest; of a grant, the tranche that was given last.
RECEIPT = f"""
SELECT benefits_grant_code(g.id), o.name_ar, o.name_en, {FAMILY_CODE}, head.name,
    CASE WHEN g.to_person THEN given.name ELSE '' END, n.name_ar, n.name_en, g.first_month, g.last_month, d.tranche,
    g.tranches, d.delivered_on, d.recorded_by, d.received_by, d.receiver_name, d.receiver_relation, d.quantity, d.unit,
    d.value_piastres, r.reversed_at, coalesce(r.reason, '')
FROM benefits_grant g
JOIN benefits_delivery d ON d.grant_id = g.id AND d.year = g.year
JOIN organisations_organisation o ON o.id = g.organisation_id
JOIN benefits_need n ON n.code = g.need
JOIN registry_entry e ON e.id = g.entry_id
JOIN registry_record head ON head.id = e.head_record_id
JOIN registry_record given ON given.id = g.record_id
LEFT JOIN benefits_reversal r
    ON r.grant_id = d.grant_id AND r.year = d.year AND r.tranche = d.tranche AND r.attempt = d.attempt
WHERE g.id = benefits_grant_of_code(%(code)s) AND d.tranche = coalesce(%(tranche)s, d.tranche)
ORDER BY (r.reversed_at IS NULL) DESC, d.tranche DESC, d.attempt DESC LIMIT 1
"""


def find_receipt(viewer: Viewer, code: str, tranche: int | None = None) -> Receipt | None:
    """Return the delivery that a receipt of this grant speaks of; None where nothing was delivered, or not to be seen."""
    rows = read_rows(viewer, RECEIPT, {"code": code, "tranche": tranche})
    return Receipt(*rows[0]) if rows else None


@dataclass(frozen=True)
class SheetQuestion:
    """Which approved grants a sheet holds; what is None is not asked."""

    need: str | None = None
    month: date | None = None
    governorate: str | None = None
    markaz: str | None = None
    village: str | None = None
    bulk: int | None = None

    def written(self) -> dict[str, Any]:
        """Return it as a job keeps it."""
        return asdict(self) | {"month": format_month(self.month) if self.month else None}

    @classmethod
    def read(cls, written: dict[str, Any]) -> SheetQuestion:
        """Read what `written` wrote."""
        return cls(**{**written, "month": parse_month(written["month"]) if written["month"] else None})


@dataclass(frozen=True)
class SheetRow:
    """One grant to be delivered: whom to, as this organisation wrote them, and where they live."""

    code: str
    family: str
    head: str
    to: str
    need: str
    quantity: Decimal | None
    unit: str
    governorate_ar: str | None
    governorate_en: str | None
    markaz_ar: str | None
    markaz_en: str | None
    village: str


WAITING = """
FROM benefits_grant g
JOIN registry_entry e ON e.id = g.entry_id
JOIN registry_record head ON head.id = e.head_record_id
WHERE g.organisation_id = (SELECT wasl_organisation())
    AND (g.state = 'partly' OR (g.state = 'approved' AND g.expires_at > clock_timestamp()))
    AND (%(need)s::text IS NULL OR g.need = %(need)s)
    AND (%(month)s::date IS NULL OR g.month = %(month)s)
    AND (%(governorate)s::text IS NULL OR head.governorate = %(governorate)s)
    AND (%(markaz)s::text IS NULL OR head.markaz = %(markaz)s)
    AND (%(village)s::text IS NULL OR head.village = %(village)s)
    AND (%(bulk)s::bigint IS NULL OR (g.bulk_id = %(bulk)s AND g.id IN (
        SELECT row.grant_id FROM benefits_bulk_row AS row WHERE row.bulk_id = %(bulk)s)))
"""
COUNT = f"SELECT count(*) {WAITING}"
ROWS = f"""
SELECT benefits_grant_code(w.id), w.family, w.head, w.to_name, w.need, w.quantity, w.unit, governorate.name_ar,
    governorate.name_en, markaz.name_ar, markaz.name_en, coalesce(w.village, '')
FROM (
    SELECT g.id, {FAMILY_CODE} AS family, head.name AS head, g.need, g.quantity, g.unit, head.governorate, head.markaz,
        head.village, CASE WHEN g.to_person AND g.record_id <> e.head_record_id THEN (
            SELECT given.name FROM registry_record given WHERE given.id = g.record_id) ELSE '' END AS to_name
    {WAITING}
    ORDER BY head.governorate NULLS LAST, head.markaz NULLS LAST, head.village NULLS LAST, head.name, g.id
    LIMIT %(limit)s
) w
LEFT JOIN places_markaz markaz ON markaz.code = w.markaz
LEFT JOIN places_governorate governorate ON governorate.code = w.governorate
ORDER BY w.governorate NULLS LAST, w.markaz NULLS LAST, w.village NULLS LAST, w.head, w.id
"""


def count_sheet(viewer: Viewer, question: SheetQuestion) -> int:
    """Count the grants of a sheet."""
    return int(read_rows(viewer, COUNT, asdict(question))[0][0])


def list_sheet(viewer: Viewer, question: SheetQuestion, limit: int) -> list[SheetRow]:
    """Return the grants of a sheet by place and name, at most `limit`; what lapsed meanwhile is not among them."""
    return [SheetRow(*row) for row in read_rows(viewer, ROWS, {**asdict(question), "limit": limit})]


VILLAGES = f"SELECT DISTINCT head.village {WAITING} AND head.village <> '' ORDER BY 1 LIMIT 300"


def list_villages(viewer: Viewer, question: SheetQuestion) -> list[str]:
    """Return the villages to choose from, as they are written in the rows of a sheet."""
    return [str(row[0]) for row in read_rows(viewer, VILLAGES, asdict(question))]


NEEDS = "SELECT code, name_ar, name_en, NULL::bigint, unit FROM benefits_need"


def name_needs(viewer: Viewer) -> dict[str, Named]:
    """Return every need by its code, those that occupy no slot too."""
    return {row[0]: Named(*row) for row in read_rows(viewer, NEEDS)}
