"""
Reading a clerk's file: from bytes to clean columns, without a database.

    for sheet in open_workbook(path):
        recognition = recognise(sheet, options=options)
        if recognition.skipped is None:
            for chunk in parse(sheet, recognition, options): ...
"""

from wasl.intake.reading.contents import set_catalogue
from wasl.intake.reading.mappings import read_mapping
from wasl.intake.reading.model import (
    CHUNK_ROWS,
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
from wasl.intake.reading.rejected import RejectedForm, RejectedRow, header_of, reason_words, write_rejected
from wasl.intake.reading.sources import SheetSource, open_workbook
from wasl.intake.reading_words import WORDS

__all__ = [
    "CHUNK_ROWS",
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
    "RejectedForm",
    "RejectedRow",
    "SheetSource",
    "header_of",
    "open_workbook",
    "parse",
    "read_mapping",
    "reason_words",
    "recognise",
    "set_catalogue",
    "write_rejected",
]
