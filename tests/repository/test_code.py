"""The code itself: style, types, storeys, and a few habits that no tool knows."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "wasl"
LINES_MAX = 450
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}
# Where an error may be anything: the places that turn it into words for somebody.
ENTRY_POINTS = {"cli/main.py", "jobs/performing.py"}

TOOLS = {
    "ruff check": ["ruff", "check", "."],
    "ruff format": ["ruff", "format", "--check", "."],
    "mypy": ["mypy"],
    "import-linter": ["lint-imports", "--no-cache"],
}


@pytest.mark.parametrize("name", TOOLS)
def test_tool_has_nothing_to_say(name: str) -> None:
    program, *arguments = TOOLS[name]
    command = [str(Path(sys.executable).parent / program), *arguments]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout[-6000:] + result.stderr[-2000:]


def _modules() -> list[Path]:
    return sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)


def test_no_module_is_called_by_an_empty_name() -> None:
    assert [path for path in _modules() if path.stem in EMPTY_NAMES or path.parent.name in EMPTY_NAMES] == []


def test_no_file_is_too_long_to_know() -> None:
    long = {str(path.relative_to(SOURCE)): len(path.read_text().splitlines()) for path in _modules()}
    words = {
        name
        for name in long
        if "wording/" in name or "web/words/" in name or name.endswith("header_words.py")
    }
    assert {name: lines for name, lines in long.items() if lines > LINES_MAX and name not in words} == {}


def test_errors_are_caught_by_name() -> None:
    """`except Exception` hides what it does not expect; only an entry point may, to say so."""
    found = []
    for path in _modules():
        name = str(path.relative_to(SOURCE))
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ExceptHandler) and name not in ENTRY_POINTS:
                caught = "bare" if node.type is None else ast.unparse(node.type)
                if caught in {"bare", "Exception", "BaseException"}:
                    found.append(f"{name}:{node.lineno}")
    assert found == []


def test_every_area_says_what_it_is() -> None:
    areas = [path.parent for path in SOURCE.glob("*/apps.py")]
    assert [area.name for area in areas if area.name != "web" and not (area / "README.md").exists()] == []


def test_pages_know_neither_left_nor_right() -> None:
    css = re.sub(r"/\*.*?\*/", "", (SOURCE / "web/static/wasl/wasl.css").read_text(), flags=re.DOTALL)
    assert re.findall(r"[\w-]*\b(?:left|right)\b[\w-]*", css) == []


def test_nothing_names_a_host_of_somebodys_own() -> None:
    """Locks are read on other people's machines: only the public index may stand in them."""
    hosts = set()
    for name in ("uv.lock", "requirements.lock", "requirements-dev.lock", "run"):
        hosts |= set(re.findall(r"https?://([^/\s\"']+)", (ROOT / name).read_text()))
    assert hosts <= {"pypi.org", "files.pythonhosted.org", "localhost:8000"}


def test_starting_wasl_reads_no_engine() -> None:
    """Django imports each area's models.py in every process: what is heavy must not hang on one."""
    code = (
        "import django, sys; django.setup();"
        " print([name for name in ('numpy', 'polars', 'pyarrow', 'rapidfuzz', 'wasl.matching') if name in sys.modules])"
    )
    settings = {**os.environ, "DJANGO_SETTINGS_MODULE": "wasl.config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=settings, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
