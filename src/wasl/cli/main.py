"""The `wasl` command: options common to all, the areas' commands, and errors turned into words and exit codes."""

from __future__ import annotations

import io
import os
import pkgutil
import sys
from importlib import import_module
from typing import Annotated

import typer
from typer._click.exceptions import ClickException, NoArgsIsHelpError

from wasl.cli.errors import exit_code_for
from wasl.cli.language import LANGUAGES, both, choose_language
from wasl.cli.messages import say
from wasl.cli.session import act_as
from wasl.kernel.errors import InvalidInput

# Options that say how to run at all may stand anywhere in the line; they are moved to its front.
COMMON_OPTIONS = ("--lang", "--as", "--home")
# The order of the help; a module that is not named here comes after.
ORDER = (
    "init", "stop", "organisations", "users", "synth", "load", "lists", "link", "who", "overlaps", "gaps", "nothing",
    "export", "evaluate", "verify", "backup", "serve", "work", "demo",
)  # fmt: skip


def build_app() -> typer.Typer:
    """Return the application in the language chosen; each module of this package with `register` adds its commands."""
    app = typer.Typer(
        name="wasl",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        help=both(
            "وصل: السجل المشترك لتحالف الجمعيات، ومن نال ماذا مرتين ومن لم ينله.",
            "Wasl: the shared registry of an alliance of charities; what was given twice, and to whom nobody gave.",
        ),
    )
    app.callback()(_common)
    for name in _command_modules():
        module = import_module(f"wasl.cli.{name}")
        if hasattr(module, "register"):
            module.register(app)
    return app


def run(arguments: list[str] | None = None) -> None:
    """Run the command line and end the process with the exit code of what happened."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    line = _common_first(list(sys.argv[1:] if arguments is None else arguments))
    choose_language(_value_of(line, "--lang"))
    try:
        code = build_app()(args=line, standalone_mode=False)
    except NoArgsIsHelpError as error:
        typer.echo(error.format_message(), err=True)
        code = 2
    except ClickException as error:
        typer.echo(say("usage", said=error.format_message()), err=True)
        code = 2
    except (typer.Abort, KeyboardInterrupt):
        typer.echo(say("interrupted"), err=True)
        code = 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 141
    except Exception as error:  # noqa: BLE001  the entry point
        code = exit_code_for(error)
    sys.exit(code if isinstance(code, int) else 0)


def _common(
    lang: Annotated[
        str | None, typer.Option(help=both("لغة الرسائل: ar أو en", "language: ar or en"))
    ] = None,
    as_user: Annotated[
        str | None,
        typer.Option("--as", help=both("اعمل باسم هذا المستخدم وبدوره", "act as this user, with this role")),
    ] = None,
    home: Annotated[
        str | None,
        typer.Option(help=both("مجلد وصل (WASL_HOME)", "Wasl's folder (WASL_HOME, default ./.wasl)")),
    ] = None,
) -> None:
    if lang not in (None, *LANGUAGES):
        raise InvalidInput("language.unknown", given=lang)
    if home is not None:
        os.environ["WASL_HOME"] = home
    act_as(as_user)


def _command_modules() -> list[str]:
    names = [module.name for module in pkgutil.iter_modules(import_module("wasl.cli").__path__)]
    names = [name for name in names if name != "main"]
    return sorted(names, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))


def _common_first(line: list[str]) -> list[str]:
    """Move the common options before the command, so that they may be written after it."""
    front: list[str] = []
    rest: list[str] = []
    waiting = iter(line)
    for word in waiting:
        if word == "--":
            rest.extend([word, *waiting])
        elif word in COMMON_OPTIONS:
            front.append(word)
            front.extend(value for value in [next(waiting, None)] if value is not None)
        elif word.startswith(tuple(f"{option}=" for option in COMMON_OPTIONS)):
            front.append(word)
        else:
            rest.append(word)
    return front + rest


def _value_of(line: list[str], option: str) -> str | None:
    for place, word in enumerate(line):
        if word == option and place + 1 < len(line):
            return line[place + 1]
        if word.startswith(f"{option}="):
            return word.partition("=")[2]
    return None


if __name__ == "__main__":
    run()
