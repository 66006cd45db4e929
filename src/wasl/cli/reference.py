"""Write the reference of the command line from the commands themselves: `python -m wasl.cli.reference`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import Enum

import typer
from typer.core import TyperArgument, TyperGroup, TyperOption
from typer.main import get_command

from wasl.cli.language import choose_language

INTRODUCTION = """\
# The command line

Made by `python -m wasl.cli.reference`; a test compares it with the commands.

`--lang ar|en`, `--as USER` and `--home DIR` may stand anywhere in a line. The command line acts as the
desk's user `console` unless `--as` says otherwise. With `--yes`, or without a terminal, nothing asks.
Results go to stdout, all else to stderr. `--json` prints the keys listed here.

| exit | meaning |
|---|---|
| 0 | done, or done already |
| 2 | what was handed in is malformed |
| 3 | absent, or not for this user |
| 4 | this user may not |
| 5 | it stands otherwise already |
| 6 | a rule refuses |
| 70 | a guarantee does not hold, or a programmer's error |
| 75 | busy or out of reach: safe to retry |
| 130 | interrupted |

The environment: `WASL_HOME` (default `./.wasl`), `WASL_KEY`, `DATABASE_URL`, `WASL_OWNER_URL`,
`WASL_ENGINE_URL`, `WASL_ADDRESS` (for links), `WASL_ALLOWED_HOSTS`, `WASL_HTTPS=1` behind TLS,
`WASL_POSTGRES_BIN`, `WASL_POSTGRES_USER`, `WASL_DEBUG=1` for traces.
"""


def reference() -> str:
    """Return the reference as Markdown, in English."""
    choose_language("en")
    # The help texts are read when the commands' modules are imported, so the language comes first.
    from wasl.cli.main import build_app

    return INTRODUCTION + "".join(_sections(get_command(build_app()), ""))


def _sections(command: object, path: str) -> Iterator[str]:
    if isinstance(command, TyperGroup):
        for name in command.list_commands(typer.Context(command)):
            yield from _sections(command.commands[name], f"{path} {name}".strip())
        return
    yield from _section(command, path)


def _section(command: object, path: str) -> Iterator[str]:
    from wasl.cli.output import JSON_KEYS

    parameters = [p for p in command.params if getattr(p, "name", "") != "help"]  # type: ignore[attr-defined]
    arguments = [p for p in parameters if isinstance(p, TyperArgument)]
    options = [p for p in parameters if isinstance(p, TyperOption)]
    shown = " ".join([path, *(_argument(p) for p in arguments)])
    yield f"\n## wasl {path}\n\n{command.help or ''}\n\n"  # type: ignore[attr-defined]
    yield f"    wasl {shown}{' [options]' if options else ''}\n"
    if options:
        yield "\n| option | |\n|---|---|\n"
    for option in options:
        yield f"| `{_option(option)}` | {_explained(option)} |\n"
    if path in JSON_KEYS:
        yield "\nJSON:\n\n"
        for key, meaning in JSON_KEYS[path].items():
            yield f"- `{key}`: {meaning}\n"


def _argument(argument: TyperArgument) -> str:
    name = (argument.name or "").upper() + ("…" if argument.nargs == -1 else "")
    return name if argument.required else f"[{name}]"


def _option(option: TyperOption) -> str:
    name = max(option.opts, key=len)
    if option.is_flag:
        return name
    kind = option.type_descriptor.annotation
    choices = [str(one.value) for one in kind] if isinstance(kind, type) and issubclass(kind, Enum) else ["…"]
    value = "\\|".join(choices)
    return f"{name} {value}"


def _explained(option: TyperOption) -> str:
    parts = [option.help or ""]
    if option.required:
        parts.append("(required)")
    elif option.default not in (None, False, ()) and not callable(option.default):
        parts.append(f"(default `{getattr(option.default, 'value', option.default)}`)")
    return " ".join(part for part in parts if part).replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    print(reference(), end="")
