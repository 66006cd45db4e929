"""Pages of organisations and users. The desk's alone."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone

from wasl.kernel.errors import InvalidInput, WaslError
from wasl.organisations.actions import (
    add_organisation,
    add_user,
    change_role,
    disable_user,
    enable_user,
    rename_organisation,
    reset_user,
)
from wasl.organisations.members import (
    USERS_A_PAGE,
    OrganisationView,
    access_organisation_view,
    access_user_view,
    list_organisation_views,
    list_sign_ins,
    list_user_views,
)
from wasl.organisations.queries import CONSOLE
from wasl.organisations.rules import SIGN_IN_LINK_HOURS, OrganisationKind, Role
from wasl.web.access import page
from wasl.web.digits import show_digits
from wasl.web.frame import offer_undo
from wasl.web.naming import named
from wasl.web.tables import read_choice, read_code, read_cursor, read_text, write_cursor
from wasl.web.viewing import get_viewer_of
from wasl.web.words import say, say_error
from wasl.web.words.nouns import count_of

KINDS = tuple(kind.value for kind in OrganisationKind if kind is not OrganisationKind.SECRETARIAT)
ROLES = tuple(role.value for role in Role)
STATES = {"active": True, "disabled": False}
LINK = "sign_in_link"
FIELD_OF = {
    "organisation.code_malformed": "code",
    "organisation.differs": "code",
    "organisation.name_missing": "name_ar",
    "organisation.name_too_long": "name_ar",
    "organisation.unknown": "organisation",
    "user.name_malformed": "username",
    "user.differs": "username",
    "members.user_stands": "username",
    "members.organisation_stands": "code",
    "user.desk_outside_secretariat": "role",
    "members.role_missing": "role",
    "members.kind_missing": "kind",
}
"""At which field of a form an error is said; any other is said above the form."""


@page(desk=True, officer=False, viewer=False, methods=("GET", "POST"))
def organisations(request: HttpRequest) -> HttpResponse:
    """List the organisations; POST adds one."""
    if request.method == "POST":
        return _organisation_added(request)
    return _organisations_page(request, {}, {})


def _organisation_added(request: HttpRequest) -> HttpResponse:
    typed = {name: request.POST.get(name, "").strip() for name in ("code", "kind", "name_ar", "name_en")}
    if typed["kind"] not in KINDS:
        return _organisations_page(request, typed, _said("members.kind_missing"))
    try:
        made, new = add_organisation(
            by=get_viewer_of(request), at=timezone.now(), code=typed["code"], kind=OrganisationKind(typed["kind"]),
            name_ar=typed["name_ar"], name_en=typed["name_en"],
        )  # fmt: skip
    except WaslError as error:
        return _organisations_page(request, typed, _problems(error))
    if not new:
        return _organisations_page(request, typed, _said("members.organisation_stands"))
    messages.success(request, say("members.organisation_added", name=named(made)))
    return HttpResponseRedirect(reverse("organisation", args=[made.code]))


def _organisations_page(
    request: HttpRequest, typed: dict[str, str], problems: dict[str, str]
) -> HttpResponse:
    found = list_organisation_views(get_viewer_of(request))
    content = {
        "organisations": found,
        "answer": _answer(found),
        "kinds": KINDS,
        "typed": typed,
        "problems": problems,
    }
    return render(request, "web/members_organisations.html", content, status=422 if problems else 200)


@page(desk=True, officer=False, viewer=False, methods=("GET", "POST"))
def organisation(request: HttpRequest, code: str) -> HttpResponse:
    """Show one organisation and its users; POST gives it other names."""
    viewer = get_viewer_of(request)
    found = access_organisation_view(viewer, code)
    typed = {"name_ar": found.name_ar, "name_en": found.name_en}
    problems: dict[str, str] = {}
    if request.method == "POST":
        typed = {name: request.POST.get(name, "").strip() for name in typed}
        try:
            changed = rename_organisation(by=viewer, at=timezone.now(), code=code, **typed)
        except WaslError as error:
            problems = _problems(error)
        else:
            here = reverse("organisation", args=[code])
            if changed:
                offer_undo(
                    request, say("members.renamed"), here, name_ar=found.name_ar, name_en=found.name_en
                )
            return HttpResponseRedirect(here)
    content = {
        "organisation": found,
        "answer": say("members.may_sign_in", users=show_digits(count_of(found.users, "user"))),
        "users": list_user_views(viewer, organisation=code),
        "roles": _roles_of(found.kind),
        "typed": typed,
        "problems": problems,
        "user_typed": {"organisation": code, "role": Role.OFFICER.value},
    }
    return render(request, "web/members_organisation.html", content, status=422 if problems else 200)


@page(desk=True, officer=False, viewer=False, methods=("GET", "POST"))
def users(request: HttpRequest) -> HttpResponse:
    """List the users, by organisation and name; POST adds one and leads to the sign-in link."""
    if request.method == "POST":
        return _user_added(request)
    return _users_page(request, {}, {})


def _user_added(request: HttpRequest) -> HttpResponse:
    names = ("username", "organisation", "role", "language")
    typed = {name: request.POST.get(name, "").strip() for name in names}
    if typed["role"] not in ROLES:
        return _users_page(request, typed, _said("members.role_missing"))
    try:
        made = add_user(
            by=get_viewer_of(request), at=timezone.now(), username=typed["username"],
            organisation_code=typed["organisation"], role=Role(typed["role"]),
            language="en" if typed["language"] == "en" else "ar",
        )  # fmt: skip
    except WaslError as error:
        return _users_page(request, typed, _problems(error))
    if made.token is None:
        return _users_page(request, typed, _said("members.user_stands"))
    return _to_link(request, made.user.username, made.token)


def _users_page(request: HttpRequest, typed: dict[str, str], problems: dict[str, str]) -> HttpResponse:
    viewer = get_viewer_of(request)
    state = read_choice(request, "state", STATES)
    after = read_cursor(request, 2)
    found = list_user_views(
        viewer,
        organisation=read_code(request, "organisation"),
        role=read_choice(request, "role", ROLES),
        active=None if state is None else STATES[state],
        part=read_text(request, "q", 40),
        after=None if after is None else (str(after[0]), str(after[1])),
        limit=USERS_A_PAGE + 1,
    )
    shown = found[:USERS_A_PAGE]
    everybody = list_organisation_views(viewer)
    content = {
        "answer": _answer(everybody),
        "users": shown,
        "older": write_cursor([shown[-1].organisation, shown[-1].username])
        if len(found) > len(shown)
        else "",
        "organisations": everybody,
        "roles": ROLES,
        "states": tuple(STATES),
        "filtered": any(request.GET.get(name) for name in ("organisation", "role", "state", "q")),
        "typed": {"role": Role.OFFICER.value, **typed},
        "problems": problems,
    }
    return render(request, "web/members_users.html", content, status=422 if problems else 200)


@page(desk=True, officer=False, viewer=False)
def user(request: HttpRequest, username: str) -> HttpResponse:
    """Show one user, and once the sign-in link that was just made."""
    viewer = get_viewer_of(request)
    found = access_user_view(viewer, username)
    content = {
        "member": found,
        "sign_ins": list_sign_ins(viewer, found.username),
        "roles": _roles_of(found.kind),
        "is_self": found.user_id == viewer.user_id,
        "is_console": found.username == CONSOLE,
        "link": _link_to_show(request, found.username),
        "hours": SIGN_IN_LINK_HOURS,
    }
    return render(request, "web/members_user.html", content)


@page(desk=True, officer=False, viewer=False, methods=("POST",))
def reset(request: HttpRequest, username: str) -> HttpResponse:
    """Take a password away and lead to the link that sets a new one."""
    made = reset_user(by=get_viewer_of(request), at=timezone.now(), username=username)
    return _to_link(request, made.user.username, made.token or "")


@page(desk=True, officer=False, viewer=False, methods=("POST",))
def disable(request: HttpRequest, username: str) -> HttpResponse:
    """Shut a user out; the next page offers to let them in again."""
    if disable_user(by=get_viewer_of(request), at=timezone.now(), username=username):
        offer_undo(request, say("members.disabled", name=username), reverse("user_enable", args=[username]))
    return HttpResponseRedirect(reverse("user", args=[username]))


@page(desk=True, officer=False, viewer=False, methods=("POST",))
def enable(request: HttpRequest, username: str) -> HttpResponse:
    """Let a user in again."""
    if enable_user(by=get_viewer_of(request), at=timezone.now(), username=username):
        offer_undo(request, say("members.enabled", name=username), reverse("user_disable", args=[username]))
    return HttpResponseRedirect(reverse("user", args=[username]))


@page(desk=True, officer=False, viewer=False, methods=("POST",))
def role(request: HttpRequest, username: str) -> HttpResponse:
    """Give a user another role of the same organisation."""
    viewer = get_viewer_of(request)
    before = access_user_view(viewer, username).role
    asked = request.POST.get("role", "")
    if asked not in ROLES:
        raise InvalidInput("members.role_missing")
    if change_role(by=viewer, at=timezone.now(), username=username, role=Role(asked)):
        words = say("members.role_changed", name=username, role=say(f"role.{asked}"))
        offer_undo(request, words, reverse("user_role", args=[username]), role=before)
    return HttpResponseRedirect(reverse("user", args=[username]))


def _to_link(request: HttpRequest, username: str, token: str) -> HttpResponse:
    """Lead to the user's page, which shows the link once: it is kept in the desk's own session until then."""
    request.session[LINK] = [username, request.build_absolute_uri(reverse("use_link", args=[token]))]
    return HttpResponseRedirect(reverse("user", args=[username]))


def _link_to_show(request: HttpRequest, username: str) -> str:
    kept = request.session.get(LINK)
    if not kept or kept[0] != username or request.method != "GET":
        return ""
    del request.session[LINK]
    return str(kept[1])


def _roles_of(kind: str) -> tuple[str, ...]:
    secretariat = kind == OrganisationKind.SECRETARIAT.value
    return ROLES if secretariat else tuple(one for one in ROLES if one != Role.DESK.value)


def _answer(found: Sequence[OrganisationView]) -> str:
    users = count_of(sum(one.users for one in found), "user")
    organisations = count_of(len(found), "organisation")
    return show_digits(say("members.answer", organisations=organisations, users=users))


def _said(code: str) -> dict[str, str]:
    return {FIELD_OF.get(code, "form"): say(code)}


def _problems(error: WaslError) -> dict[str, str]:
    return {FIELD_OF.get(error.code, "form"): say_error(error)}


ROUTES = [
    path("organisations/", organisations, name="organisations"),
    path("organisations/<str:code>/", organisation, name="organisation"),
    path("users/", users, name="users"),
    path("users/<str:username>/", user, name="user"),
    path("users/<str:username>/reset/", reset, name="user_reset"),
    path("users/<str:username>/disable/", disable, name="user_disable"),
    path("users/<str:username>/enable/", enable, name="user_enable"),
    path("users/<str:username>/role/", role, name="user_role"),
]
