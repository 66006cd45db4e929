"""The door: a name and a password, or a one-time link that sets one. The only pages a stranger may see."""

from __future__ import annotations

from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from wasl.kernel.errors import NotFound
from wasl.organisations.actions import find_link_user, record_sign_in, use_sign_in_link
from wasl.organisations.models import User
from wasl.web.access import page
from wasl.web.language import LANGUAGE_COOKIE, LANGUAGES
from wasl.web.words import say

YEAR_S = 365 * 24 * 3600
INBOX = "/inbox/"
BACKEND = "wasl.organisations.sign_in.DoorBackend"


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Let a user in by name and password; after eight failures the name is locked for a quarter of an hour."""
    target = _target_of(request)
    if request.method == "GET":
        return render(request, "web/sign_in.html", {"next": target})
    username = request.POST.get("username", "").strip()
    # Failures are counted by name: one spelling of it, or capitals would be new chances.
    user = authenticate(request, username=username.lower(), password=request.POST.get("password", ""))
    if not isinstance(user, User):
        return _refused(request, target, username)
    record_sign_in(user=user, at=timezone.now(), how="password")
    return _let_in(request, user, target)


def _refused(request: HttpRequest, target: str, username: str) -> HttpResponse:
    locked = getattr(request, "axes_locked_out", False)
    problem = "sign_in.locked" if locked else "sign_in.wrong"
    content = {"next": target, "username": username, "problem": problem}
    return render(request, "web/sign_in.html", content, status=429 if locked else 422)


def locked_out(request: HttpRequest, *_: object, **__: object) -> HttpResponse:
    """Answer for axes when a name is locked."""
    return _refused(request, _target_of(request), request.POST.get("username", ""))


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def use_link(request: HttpRequest, token: str) -> HttpResponse:
    """Let the holder of a one-time link choose a password. Opening the page does not spend the link."""
    user = find_link_user(token)
    if user is None:
        return render(request, "web/link.html", {}, status=404)
    if request.method == "GET":
        return render(request, "web/link.html", {"name": user.username})
    password = request.POST.get("password", "")
    problems = _password_problems(password, request.POST.get("again", ""), user)
    if problems:
        return render(request, "web/link.html", {"name": user.username, "problems": problems}, status=422)
    try:
        user = use_sign_in_link(at=timezone.now(), token=token, password=password)
    except NotFound:
        return render(request, "web/link.html", {}, status=404)
    return _let_in(request, user, INBOX)


@login_not_required
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Remember the language of the pages for this browser."""
    response = HttpResponseRedirect(safe_target(request, request.POST.get("next", "/")))
    chosen = request.POST.get("language", "")
    if chosen in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=YEAR_S, httponly=True, samesite="Lax")
    return response


@page(desk=True, officer=True, viewer=True, methods=("POST",))
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return HttpResponseRedirect("/sign-in/")


def _password_problems(password: str, again: str, user: User) -> list[str]:
    if password != again:
        return [say("link.differ")]
    try:
        validate_password(password, user)
    except ValidationError as error:
        return list(error.messages)
    return []


def _let_in(request: HttpRequest, user: User, target: str) -> HttpResponse:
    login(request, user, backend=BACKEND)
    response = HttpResponseRedirect(target)
    if LANGUAGE_COOKIE not in request.COOKIES:
        response.set_cookie(LANGUAGE_COOKIE, user.language, max_age=YEAR_S, httponly=True, samesite="Lax")
    return response


def _target_of(request: HttpRequest) -> str:
    """Return the page that was asked for before signing in; who asked for none in particular gets the inbox."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    return INBOX if asked in ("", "/") else safe_target(request, asked, INBOX)


def safe_target(request: HttpRequest, target: str, otherwise: str = "/") -> str:
    """Return `target` if it is on this site, else `otherwise`."""
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if safe else otherwise
