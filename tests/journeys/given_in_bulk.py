"""Many given at once in the alliance: a file of codes, reserved by its officer, of which some wait for an answer."""

from __future__ import annotations

from unittest.mock import patch

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.journeys.alliance import Alliance
from wasl.jobs.worker import run_waiting
from wasl.kernel.months import format_month
from wasl.store.connections import engine_connection

FAMILIES = 12
CODES = """
SELECT registry_code(e.organisation_id * 1000000000 + e.own_no) FROM registry_entry e
JOIN organisations_organisation o ON o.id = e.organisation_id AND o.code = 'm01'
JOIN registry_appearance a ON a.entry_id = e.id AND a.active
GROUP BY 1 ORDER BY 1 LIMIT %s
"""


def give_in_bulk(alliance: Alliance) -> str:
    """Reserve for some families in one act, leave another unbegun, and write a workbook; return the first's page."""
    client = alliance.client("amina")
    with engine_connection() as engine:
        codes = [row[0] for row in engine.execute(CODES, [FAMILIES])]
    pages = []
    for name, rows in (("أسر مارس.csv", [*codes, "123", codes[0]]), ("أسر أخرى.csv", codes[:3])):
        file = SimpleUploadedFile(name, "\n".join(["كود الأسرة", *rows]).encode("utf-8-sig"))
        month = format_month(timezone.localdate().replace(day=1))
        form = {"action": "reserve", "need": "food_box", "month": month, "file": file}
        pages.append(client.post("/bulk/new/", form)["Location"])
        run_waiting()
    client.post(f"{pages[0]}start/")
    run_waiting()
    with patch("wasl.web.bulk.EXPORT_ROWS", -1):
        job = client.get(f"{pages[0]}?format=xlsx")["Location"].split("/")[2]
    run_waiting()
    alliance.examples["/bulk/exports/<str:code>/"] = f"/bulk/exports/{job}/"
    return str(pages[0])
