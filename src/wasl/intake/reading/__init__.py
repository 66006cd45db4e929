"""
Reading a clerk's file: from bytes to clean columns, without a database.

    for sheet in open_workbook(path):
        recognition = recognise(sheet, options=options)
        if recognition.skipped is None:
            for chunk in parse(sheet, recognition, options): ...
"""

from wasl.intake.reading.mappings import read_mapping
from wasl.intake.reading.model import (
    LINES_SCHEMA,
    MENTIONS_SCHEMA,
    Column,
    LoadOptions,
    Mapping,
    Message,
    ParsedChunk,
    Proposals,
    Recognition,
)
from wasl.intake.reading.parse import parse
from wasl.intake.reading.recognise import recognise
from wasl.intake.reading.sources import SheetSource, open_workbook
from wasl.intake.reading.words import WORDS

__all__ = [
    "LINES_SCHEMA",
    "MENTIONS_SCHEMA",
    "WORDS",
    "Column",
    "LoadOptions",
    "Mapping",
    "Message",
    "ParsedChunk",
    "Proposals",
    "Recognition",
    "SheetSource",
    "open_workbook",
    "parse",
    "read_mapping",
    "recognise",
]
