"""What is printed: receipts of deliveries, distribution sheets and cards."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlencode

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import get_language

from wasl.audit.actions import record_audit
from wasl.benefits.queries.choices import get_choices
from wasl.benefits.queries.printed import SheetQuestion, list_villages, name_needs
from wasl.jobs.actions import enqueue
from wasl.jobs.queries import JobView, access_job
from wasl.kernel.codes import number_of
from wasl.kernel.errors import InvalidInput, NotFound
from wasl.kernel.folding import fold_digits
from wasl.kernel.months import format_month
from wasl.printing.kept import find_file
from wasl.printing.receipts import PAPERS, print_receipt
from wasl.printing.sheets import (
    DIRECT_ROWS,
    FORMS,
    ROWS_MOST,
    access_sheet,
    check_can_set,
    count_for_sheet,
    set_sheet,
)
from wasl.printing.voice import Voice
from wasl.web.access import page
from wasl.web.preferences import preferences_of
from wasl.web.tables import attachment, read_choice, read_code, read_month, read_text
from wasl.web.viewing import get_viewer_of

PDF = "application/pdf"
TYPES = {".pdf": PDF, ".zip": "application/zip"}


def voice_of(request: HttpRequest) -> Voice:
    """Return how paper speaks to this browser: in its language and digits."""
    return Voice("en" if get_language() == "en" else "ar", preferences_of(request)["digits"] == "eastern")


@page(desk=True, officer=True, viewer=True)
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    """Hand over the receipt of a grant's delivery."""
    tranche = fold_digits(request.GET.get("tranche", "").strip())
    if tranche and not (tranche.isascii() and tranche.isdecimal() and len(tranche) <= 2):
        raise InvalidInput("filter.unknown", name="tranche", value=tranche[:20])
    made = print_receipt(
        by=get_viewer_of(request), at=timezone.now(), code=code, voice=voice_of(request),
        tranche=int(tranche) if tranche else None, paper=read_choice(request, "paper", PAPERS) or PAPERS[0],
    )  # fmt: skip
    response = HttpResponse(made, content_type=PDF)
    response["Content-Disposition"] = f'inline; filename="receipt-{number_of(code)}.pdf"'
    return response


@page(desk=False, officer=True, viewer=False)
def sheet(request: HttpRequest) -> HttpResponse:
    """Ask which approved grants to print, say how many they are, and print them."""
    viewer = get_viewer_of(request)
    governorate = read_code(request, "governorate")
    choices = get_choices(viewer, governorate=governorate.upper() if governorate else None)
    needs = name_needs(viewer)
    question = _read_question(request, needs, choices.governorates, choices.marakiz)
    rows = count_for_sheet(viewer, question)
    form = read_choice(request, "form", FORMS)
    if form is not None:
        return _print(request, question, form, rows)
    content = {
        "question": question, "choices": choices, "needs": needs, "rows": rows, "most": ROWS_MOST,
        "too_many": rows > ROWS_MOST,
        "villages": list_villages(viewer, question) if question.markaz else [],
        "by_job": rows > DIRECT_ROWS, "query": urlencode(_asked(question)), "is_filtered": bool(_asked(question)),
    }  # fmt: skip
    return render(request, "web/sheet.html", content)


def _read_question(
    request: HttpRequest, needs: Collection[str], governorates: Collection[str], marakiz: Collection[str]
) -> SheetQuestion:
    bulk = fold_digits(request.GET.get("bulk", "").strip())
    if bulk and not (bulk.isascii() and bulk.isdecimal() and len(bulk) <= 18):
        raise InvalidInput("filter.unknown", name="bulk", value=bulk[:20])
    governorate = read_choice(request, "governorate", governorates)
    # A markaz of the governorate that stood there before is not meant any more.
    markaz = request.GET.get("markaz", "").strip()
    known = governorate is not None and markaz in marakiz
    return SheetQuestion(
        need=read_choice(request, "need", needs),
        month=read_month(request, "month"),
        governorate=governorate,
        markaz=markaz if known else None,
        village=(read_text(request, "village") or None) if known else None,
        bulk=int(bulk) if bulk else None,
    )


def _asked(question: SheetQuestion) -> dict[str, str]:
    asked = {
        name: str(value) for name, value in vars(question).items() if value is not None and name != "month"
    }
    return asked | ({"month": format_month(question.month)} if question.month else {})


def _print(request: HttpRequest, question: SheetQuestion, form: str, rows: int) -> HttpResponse:
    viewer, voice = get_viewer_of(request), voice_of(request)
    check_can_set(rows)
    if rows <= DIRECT_ROWS:
        made = access_sheet(by=viewer, at=timezone.now(), question=question, form=form, voice=voice)  # type: ignore[arg-type]
        (document,) = set_sheet(made)
        return attachment(HttpResponse(document, content_type=PDF), _name(form, ".pdf"))
    params = {
        "question": question.written(), "form": form, "language": voice.language, "eastern": voice.eastern, "rows": rows,
    }  # fmt: skip
    code = enqueue(by=viewer, at=timezone.now(), kind="print_sheet", params=params)
    return HttpResponseRedirect(reverse("job", args=[code]))


@page(desk=False, officer=True, viewer=False)
def printed(request: HttpRequest, code: str) -> HttpResponse:
    """Hand over what a job has printed to who asked for it alone; who fetches names is written down."""
    viewer = get_viewer_of(request)
    found = access_job(viewer, code)
    if found.kind != "print_sheet" or found.result is None or found.user_id != viewer.user_id:
        raise NotFound("job.unknown", code=code)
    file = find_file(found.code)
    record_audit(
        by=viewer, at=timezone.now(), action="fetch_sheet", object_kind="grants", object_code=found.code,
        detail={"rows": found.result["rows"]},
    )  # fmt: skip
    name = _name(found.result["form"], file.suffix)
    return attachment(FileResponse(file.open("rb"), content_type=TYPES[file.suffix]), name)  # type: ignore[arg-type]


def _name(form: str, suffix: str) -> str:
    return f"wasl-{form}-{timezone.localdate():%Y-%m-%d}{suffix}"


def printed_page(job: JobView) -> str:
    """Return where what was printed is fetched."""
    return reverse("sheet_printed", args=[job.code])


JOB_PAGES = {"print_sheet": printed_page}

ROUTES = [
    path("receipts/<str:code>/", receipt, name="receipt"),
    path("grants/sheet/", sheet, name="sheet"),
    path("grants/sheet/printed/<str:code>/", printed, name="sheet_printed"),
]
