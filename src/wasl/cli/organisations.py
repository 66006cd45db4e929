"""`wasl organisations add | list`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from wasl.cli.language import both, current_language
from wasl.cli.messages import say
from wasl.cli.output import JsonOption, declare_json, print_result
from wasl.cli.session import now, open_viewer
from wasl.kernel.errors import InvalidInput


class Kind(StrEnum):
    """Kinds of organisation as the command line spells them."""

    charity = "charity"
    ministry = "ministry"
    secretariat = "secretariat"


def register(app: typer.Typer) -> None:
    """Add the group `organisations`."""
    keys = {
        "code": "its code",
        "kind": "charity, ministry or secretariat",
        "name_ar": "Arabic name",
        "name_en": "English name",
    }
    declare_json("organisations add", **keys, added="false where it stood already")
    declare_json("organisations list", **keys)
    group = typer.Typer(
        no_args_is_help=True, help=both("الجهات المشاركة", "The organisations that take part")
    )
    group.command("add", help=both("أضف جهة", "Add an organisation"))(add)
    group.command("list", help=both("اعرض الجهات", "List the organisations"))(list_all)
    app.add_typer(group, name="organisations")


def add(
    code: Annotated[
        str,
        typer.Argument(
            help=both("حروف لاتينية صغيرة وأرقام، مثل m01", "lowercase letters and digits, as m01")
        ),
    ],
    kind: Annotated[Kind, typer.Option(help=both("نوع الجهة", "kind of organisation"))],
    name_ar: Annotated[str, typer.Option(help=both("الاسم بالعربية", "name in Arabic"))],
    name_en: Annotated[str, typer.Option(help=both("الاسم بالإنجليزية", "name in English"))] = "",
    as_json: JsonOption = False,
) -> None:
    """Add an organisation; the same again says so and changes nothing."""
    viewer = open_viewer()
    from wasl.organisations.actions import add_organisation
    from wasl.organisations.rules import OrganisationKind

    if not name_ar.strip():
        raise InvalidInput("organisation.name_missing")
    made, new = add_organisation(
        by=viewer,
        at=now(),
        code=code,
        kind=OrganisationKind(kind.value),
        name_ar=name_ar.strip(),
        name_en=name_en.strip(),
    )
    result = {
        "code": made.code,
        "kind": made.kind,
        "name_ar": made.name_ar,
        "name_en": made.name_en,
        "added": new,
    }
    name = made.get_name(current_language())
    print_result(
        result, as_json, [say("organisation.added" if new else "organisation.stands", code=code, name=name)]
    )


def list_all(as_json: JsonOption = False) -> None:
    """List every organisation by code."""
    viewer = open_viewer()
    from wasl.organisations.queries import list_organisations

    found = list_organisations(viewer)
    result = [{"code": o.code, "kind": o.kind, "name_ar": o.name_ar, "name_en": o.name_en} for o in found]
    print_result(
        result, as_json, [f"{o.code:<20} {o.kind:<12} {o.get_name(current_language())}" for o in found]
    )
