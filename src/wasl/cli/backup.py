"""`wasl backup DIR`; `wasl init --from DIR` brings it back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wasl.cli.language import both
from wasl.cli.messages import say
from wasl.cli.output import JsonOption, declare_json, print_result
from wasl.cli.session import now, open_viewer
from wasl.store.addresses import find_addresses
from wasl.store.backup import write_backup
from wasl.store.sealing import key_file


def register(app: typer.Typer) -> None:
    """Add `backup`."""
    declare_json(
        "backup", folder="where the backup is", bytes="its size", with_key="whether the key is inside"
    )
    app.command("backup", help=both("خذ نسخة احتياطية", "Write a backup"))(backup)


def backup(
    folder: Annotated[Path, typer.Argument(help=both("مجلد فارغ أو جديد", "an empty or new folder"))],
    with_key: Annotated[
        bool, typer.Option("--with-key", help=both("ضع المفتاح داخل النسخة", "put the key into the backup"))
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Write database, kept files and settings; the key only with --with-key."""
    viewer = open_viewer()
    from wasl.audit.actions import record_audit
    from wasl.organisations.permissions import check_can_keep_organisations
    from wasl.store.connections import scope

    check_can_keep_organisations(viewer)
    addresses = find_addresses()
    assert addresses is not None
    at = now()
    size = write_backup(folder, owner=addresses.owner, at=at, with_key=with_key)
    with scope(viewer):
        record_audit(
            by=viewer, at=at, action="backup.written", object_kind="backup", object_code=folder.name,
            detail={"with_key": with_key, "bytes": size},
        )  # fmt: skip
    caution = say("backup.with_key") if with_key else say("backup.without_key", file=key_file())
    typer.echo(caution, err=True)
    result = {"folder": str(folder), "bytes": size, "with_key": with_key}
    print_result(result, as_json, [say("backup.done", folder=folder, size=f"{size / 1e6:.1f}")])
