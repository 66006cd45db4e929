"""Reading lists of lists does not wait for the library that reads files."""

from __future__ import annotations

import subprocess
import sys

LOOK = """
import os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wasl.config.settings")
import django
django.setup()
import wasl.intake.queries
from wasl.wording import all_words
all_words()
print(sorted({"polars", "python_calamine"} & set(sys.modules)))
"""


def test_queries_and_words_do_not_import_polars() -> None:
    done = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
