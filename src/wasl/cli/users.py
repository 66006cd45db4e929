"""`wasl users add | reset | disable | list`."""

from __future__ import annotations

import os
from enum import StrEnum
from typing import Annotated

import typer

from wasl.cli.language import both
from wasl.cli.messages import say
from wasl.cli.output import JsonOption, declare_json, print_result
from wasl.cli.session import now, open_viewer

Name = Annotated[str, typer.Argument(help=both("اسم المستخدم", "the user's name"))]


class RoleName(StrEnum):
    """Roles as the command line spells them."""

    desk = "desk"
    officer = "officer"
    viewer = "viewer"


def register(app: typer.Typer) -> None:
    """Add the group `users`."""
    link = {"username": "the user's name", "link": "one-time sign-in link, or null where none was made"}
    declare_json("users add", **link, added="false where the user stood already")
    declare_json("users reset", **link)
    declare_json("users disable", username="the user's name", disabled="false where that was so already")
    declare_json(
        "users list",
        username="the user's name",
        organisation="code of the organisation",
        role="desk, officer or viewer",
        active="false where disabled",
    )
    group = typer.Typer(no_args_is_help=True, help=both("المستخدمون", "The users"))
    group.command("add", help=both("أضف مستخدمًا واطبع رابط دخوله", "Add a user and print a sign-in link"))(
        add
    )
    group.command("reset", help=both("رابط دخول جديد", "Take the password away and print a new link"))(reset)
    group.command("disable", help=both("أوقف مستخدمًا", "Shut a user out"))(disable)
    group.command("list", help=both("اعرض المستخدمين", "List the users"))(list_all)
    app.add_typer(group, name="users")


def add(
    name: Name,
    organisation: Annotated[str, typer.Option(help=both("كود الجهة", "code of the organisation"))],
    role: Annotated[RoleName, typer.Option(help=both("الدور", "what the user may do"))],
    as_json: JsonOption = False,
) -> None:
    """Add a user of an organisation; the same again says so."""
    viewer = open_viewer()
    from wasl.organisations.actions import add_user
    from wasl.organisations.rules import Role

    made = add_user(by=viewer, at=now(), username=name, organisation_code=organisation, role=Role(role.value))
    link = None if made.token is None else _link(made.token)
    lines = (
        [say("user.stands", username=name)]
        if link is None
        else [say("user.added", username=name), _link_line(link)]
    )
    print_result({"username": made.user.username, "link": link, "added": link is not None}, as_json, lines)


def reset(name: Name, as_json: JsonOption = False) -> None:
    """Take a user's password away, and print a link to set a new one."""
    viewer = open_viewer()
    from wasl.organisations.actions import reset_user

    made = reset_user(by=viewer, at=now(), username=name)
    link = _link(made.token or "")
    lines = [say("user.reset", username=made.user.username), _link_line(link)]
    print_result({"username": made.user.username, "link": link}, as_json, lines)


def disable(name: Name, as_json: JsonOption = False) -> None:
    """Shut a user out at once, open sessions included."""
    viewer = open_viewer()
    from wasl.organisations.actions import disable_user

    disabled = disable_user(by=viewer, at=now(), username=name)
    line = say("user.now_disabled" if disabled else "user.was_disabled", username=name)
    print_result({"username": name, "disabled": disabled}, as_json, [line])


def list_all(as_json: JsonOption = False) -> None:
    """List every user with organisation and role."""
    viewer = open_viewer()
    from wasl.organisations.queries import list_users

    result = [
        {
            "username": user.username,
            "organisation": user.organisation.code,
            "role": user.role,
            "active": user.is_active,
        }
        for user in list_users(viewer)
    ]
    lines = [
        f"{user['organisation']:<20} {user['role']:<8} {user['username']}{'' if user['active'] else '  ✗'}"
        for user in result
    ]
    print_result(result, as_json, lines)


def _link(token: str) -> str:
    address = os.environ.get("WASL_ADDRESS", "http://localhost:8000").rstrip("/")
    return f"{address}/sign-in/{token}/"


def _link_line(link: str) -> str:
    from wasl.organisations.rules import SIGN_IN_LINK_HOURS

    return say("user.link", link=link, hours=SIGN_IN_LINK_HOURS)
