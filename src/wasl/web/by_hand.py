"""Pages of a family added by hand: the form, what became of it, and the families that came so."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from threading import Thread
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from wasl.intake.permissions import can_change_lists
from wasl.intake.queries import ListView, access_list
from wasl.intake.standing import (
    ADD,
    RESTORE,
    WITHDRAW,
    ask_restoring,
    ask_withdrawal,
    submit_family,
)
from wasl.intake.standing_form import MOST_PEOPLE, RELATIONS, SEXES, Finding, HandFamily, check_form
from wasl.intake.standing_queries import (
    REASONS,
    AddedFamily,
    Choice,
    access_form,
    find_added,
    find_content,
    find_standing,
    list_added,
    list_governorates,
    list_known,
    list_marakiz,
    list_needs,
)
from wasl.jobs.queries import JobView, access_job, list_jobs
from wasl.kernel.errors import Conflict, NotFound
from wasl.organisations.queries import access_organisation, list_organisations
from wasl.organisations.rules import OrganisationKind
from wasl.organisations.viewer import Viewer
from wasl.store.connections import app_connection
from wasl.web.access import page
from wasl.web.by_hand_form import (
    begun_family,
    empty_family,
    make_boxes,
    make_rows,
    name_findings,
    new_form_id,
    read_form_id,
    read_posted,
    say_findings,
    with_governorate,
    with_rows_changed,
)
from wasl.web.by_hand_who import TurnedOut, find_who
from wasl.web.tables import read_text
from wasl.web.viewing import get_viewer_of
from wasl.web.words import say, say_error
from wasl.web.words.nouns import count_of

FAMILIES_A_PAGE = 50
OPEN_STATES = ("waiting", "running")


@page(desk=True, officer=True, viewer=False, methods=("GET", "POST"))
def family_new(request: HttpRequest) -> HttpResponse:
    """Show the form; POST changes its rows, or reads it and sends it when there is nothing left to say."""
    if request.method == "POST":
        return _posted(request)
    _warm_up()
    viewer = get_viewer_of(request)
    family = empty_family()
    if request.GET.get("form"):
        form = access_form(viewer, _form_id(request.GET["form"]))
        family = find_content(viewer, form) or family
    return _show_form(
        request, family, new_form_id(), organisation=request.GET.get("organisation", ""), focus="name-0"
    )


def _posted(request: HttpRequest) -> HttpResponse:
    viewer = get_viewer_of(request)
    if request.POST.get("do") == "begin":
        return _begun(request)
    family, form_id = read_posted(request.POST), read_form_id(request.POST)
    check_form(family)
    organisation = request.POST.get("organisation", "") if viewer.is_desk else viewer.organisation_code
    wanted = request.POST.get("do", "save")
    if wanted != "save":
        family, focus = with_rows_changed(family, wanted)
        return _show_form(request, family, form_id, organisation=organisation, focus=focus)
    if not organisation:
        missing = Finding(None, "organisation", "hand_form.organisation_needed", refused=True)
        return _show_form(request, family, form_id, organisation="", findings=[missing])
    family, findings, links = _find_out(viewer, organisation, family)
    accepted = request.POST.get("accept", "")
    if any(one.refused for one in findings) or (findings and accepted != name_findings(findings)):
        return _show_form(request, family, form_id, organisation=organisation, findings=findings, links=links)
    try:
        submit_family(organisation=organisation, form_id=form_id, family=family, by=viewer, at=timezone.now())
    except Conflict as refused:
        return _show_form(
            request, family, new_form_id(), organisation=organisation, problem=say_error(refused)
        )
    return HttpResponseRedirect(reverse("family_sent", args=[str(form_id)]))


def _begun(request: HttpRequest) -> HttpResponse:
    """Show the form with what another page was told: posted, so that no id or name stands in an address."""
    _warm_up()
    family = begun_family(request.POST)
    check_form(family)
    family, _ = with_governorate(family, list_marakiz(get_viewer_of(request)))
    return _show_form(request, family, new_form_id(), organisation="", focus="name-0")


def _find_out(
    viewer: Viewer, organisation: str, family: HandFamily
) -> tuple[HandFamily, list[Finding], dict[str, str]]:
    """Read the family as its list will, and ask whom of it the organisation has already."""
    # The readers are large: a process that answers pages loads them when a family is first added.
    from wasl.benefits.catalogue import list_catalogue
    from wasl.intake.reading import set_catalogue
    from wasl.intake.standing_reading import find_out, identities, load_names, read_family

    owner = access_organisation(viewer, organisation)
    family, findings = with_governorate(family, list_marakiz(viewer))
    with app_connection(viewer) as connection:
        set_catalogue(list_catalogue(connection))
        names = load_names(connection)
    read = read_family(family, names, on=timezone.now().date())
    found = [*findings, *find_out(family, read)]
    if any(one.refused for one in found):
        return family, found, {}
    nids, contents = identities(family, read)
    links = {}
    for place, known in list_known(viewer, owner.pk, nids=nids, contents=contents):
        said = Finding(
            place, "nid" if known.by == "nid" else "name", f"hand_form.own_{known.by}",
            params={"list": known.list_code, "row": known.row},
        )  # fmt: skip
        links[said.key] = (
            f"/families/{known.family_code}/" if known.family_code else f"/lists/{known.list_code}/"
        )
        found.append(said)
    return family, found, links


def _show_form(
    request: HttpRequest,
    family: HandFamily,
    form_id: UUID,
    *,
    organisation: str,
    findings: Sequence[Finding] = (),
    links: dict[str, str] | None = None,
    problem: str = "",
    focus: str = "",
) -> HttpResponse:
    viewer = get_viewer_of(request)
    said = say_findings(findings, links or {})
    refused = any(one.refused for one in said)
    content = {
        "rows": make_rows(family, said), "boxes": make_boxes(family, said), "said": said, "refused": refused,
        "accept": "" if refused else name_findings(findings), "problem": problem, "form_id": form_id,
        "focus": focus, "organisation": organisation, "may_add_rows": len(family.people) < MOST_PEOPLE,
        "organisation_said": [one for one in said if one.box == "organisation"],
        "organisations": _organisations(viewer), "governorates": list_governorates(viewer),
        "marakiz": _by_governorate(viewer), "needs": list_needs(viewer), "relations": list(RELATIONS),
        "sexes": list(SEXES), "list_name": _apart(say("by_hand.list_name", year=timezone.now().year)),
    }  # fmt: skip
    return render(request, "web/by_hand_form.html", content, status=422 if said or problem else 200)


def _organisations(viewer: Viewer) -> list[object]:
    """Whose list it is: chosen by the desk, for anybody else their own."""
    if not viewer.is_desk:
        return []
    return [one for one in list_organisations(viewer) if one.kind != OrganisationKind.SECRETARIAT]


def _by_governorate(viewer: Viewer) -> list[tuple[Choice, list[Choice]]]:
    marakiz = list_marakiz(viewer)
    return [
        (governorate, [one for one in marakiz if one.within == governorate.code])
        for governorate in list_governorates(viewer)
    ]


@page(desk=True, officer=True, viewer=False)
def family_sent(request: HttpRequest, form: str) -> HttpResponse:
    """Show how far a form that was sent is, and lead to its family as soon as it is stored."""
    viewer = get_viewer_of(request)
    sent = access_form(viewer, _form_id(form))
    if sent.list_code is not None and sent.row is not None:
        there = reverse("family_by_hand", args=[sent.list_code, sent.row])
        return HttpResponseRedirect(f"{there}?added={sent.form_id}")
    job = access_job(viewer, sent.job) if sent.job else None
    content = {"sent": sent, "job": job, "failed": job is not None and not job.is_open, "why": _why(job)}
    return render(request, "web/by_hand_sent.html", content)


def _why(job: JobView | None) -> str:
    return say(job.error_code, **job.error_params) if job is not None and job.error_code else ""


@page(desk=True, officer=True, viewer=True, methods=("GET", "POST"))
def family_by_hand(request: HttpRequest, code: str, row: int) -> HttpResponse:
    """Show one family of a list kept by hand; POST takes it out or brings it back."""
    viewer = get_viewer_of(request)
    if request.method == "POST":
        if request.POST.get("do") == "restore":
            ask_restoring(code=code, row=row, by=viewer, at=timezone.now())
        else:
            reason = request.POST.get("reason", "")
            ask_withdrawal(code=code, row=row, reason=reason, by=viewer, at=timezone.now())
        return HttpResponseRedirect(reverse("family_by_hand", args=[code, row]))
    view = access_list(viewer, code)
    family = find_added(viewer, list_id=view.list_id, year=view.year, row=row)
    if family is None:
        raise NotFound("hand_form.unknown_row", list=code, row=row)
    jobs = list_jobs(viewer, kinds=(WITHDRAW, RESTORE), object_code=view.code, limit=FAMILIES_A_PAGE)
    own = [job for job in jobs if job.params.get("row") == row]
    added = _find_added_by(viewer, request.GET.get("added", ""), view, family)
    content = {
        "family": family, "people": count_of(family.people, "person"), "list": view,
        "head": _apart(family.head or say("by_hand.no_name")), "list_code": _apart(view.code),
        "changing": bool(own) and own[0].state in OPEN_STATES, "who": added, "why": _why(own[0] if own else None),
        "may_change": can_change_lists(viewer, view.organisation_id), "is_new": "added" in request.GET,
        "reasons": REASONS,
    }  # fmt: skip
    return render(request, "web/by_hand_family.html", content)


def _find_added_by(viewer: Viewer, form: str, view: ListView, family: AddedFamily) -> TurnedOut | None:
    """Return who the family turned out to be, where the page is opened right after it was added."""
    if not form or family.is_withdrawn or view.state != "active":
        return None
    sent = access_form(viewer, _form_id(form))
    if (sent.list_code, sent.row) != (view.code, family.row):
        raise NotFound("hand_form.unknown")
    return find_who(viewer, family, view, access_job(viewer, sent.job) if sent.job else None)


@page(desk=True, officer=True, viewer=True)
def families_by_hand(request: HttpRequest) -> HttpResponse:
    """List the families of the newest list kept by hand, the newest first."""
    viewer = get_viewer_of(request)
    owner = request.GET.get("organisation", "") if viewer.is_desk else viewer.organisation_code
    choices = _organisations(viewer)
    if not owner and choices:
        owner = choices[0].code  # type: ignore[attr-defined]
    organisation = access_organisation(viewer, owner) if owner else None
    found = find_standing(viewer, organisation.pk) if organisation else None
    before = read_text(request, "after")
    families = (
        list_added(
            viewer, list_id=found[0], year=found[2], limit=FAMILIES_A_PAGE + 1,
            before=int(before) if before.isdecimal() and len(before) < 10 else None,
        )
        if found
        else []
    )  # fmt: skip
    more = len(families) > FAMILIES_A_PAGE
    shown = families[:FAMILIES_A_PAGE]
    view = access_list(viewer, found[1]) if found else None
    content = {
        "families": shown, "older": str(shown[-1].row) if more else "", "owner": owner, "organisations": choices,
        "list": view, "list_name": _apart(view.file) if view else "",
        "may_add": organisation is not None and can_change_lists(viewer, organisation.pk),
    }  # fmt: skip
    return render(request, "web/by_hand_families.html", content)


def _apart(text: str) -> SafeString:
    """Keep names and codes from scrambling a sentence of the other direction."""
    return format_html("<bdi>{}</bdi>", text)


@cache
def _warm_up() -> None:
    """Load the readers beside: whoever opens the form will send it, and should not wait for them then."""
    modules = ("wasl.intake.standing_reading", "wasl.benefits.catalogue")
    Thread(target=lambda: [import_module(name) for name in modules], daemon=True).start()


def _form_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound("hand_form.unknown") from error


def _page_of_added(job: JobView) -> str:
    return reverse("family_sent", args=[job.object_code])


def _page_of_changed(job: JobView) -> str:
    return reverse("family_by_hand", args=[job.params["list"], job.params["row"]])


JOB_PAGES = {ADD: _page_of_added, WITHDRAW: _page_of_changed, RESTORE: _page_of_changed}

ROUTES = [
    path("families/new/", family_new, name="family_new"),
    path("families/new/<str:form>/", family_sent, name="family_sent"),
    path("families/by-hand/", families_by_hand, name="families_by_hand"),
    path("families/by-hand/<str:code>/<int:row>/", family_by_hand, name="family_by_hand"),
]
