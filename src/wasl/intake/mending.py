"""Mended rejected rows go back to the list and row they came from."""

from __future__ import annotations

import psycopg

from wasl.intake.loading import LoadedFile
from wasl.intake.reading import Recognition, SheetSource
from wasl.intake.results import SheetResult
from wasl.intake.rules import Payer


def is_mended(recognition: Recognition) -> bool:
    """Tell whether a sheet says of its rows where they came from."""
    return (
        recognition.find_column("origin_list") is not None
        and recognition.find_column("origin_row") is not None
    )


def mend_lists(
    connection: psycopg.Connection,
    file: LoadedFile,
    source: SheetSource,
    recognition: Recognition,
    payers: list[Payer],
) -> SheetResult:
    raise NotImplementedError
