"""
Measure reading: a million rows of CSV, and 200,000 × 25 cells of XLSX.

    python benchmarks/reading.py [csv] [xlsx] [--rows N]

Files are made once in a temporary folder. Wall and cpu seconds and the largest memory are those
of one fresh process per file: opening, recognising and parsing, without a database.
"""

from __future__ import annotations

import argparse
import csv
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import xlsxwriter

from wasl.intake.reading import LoadOptions, open_workbook, parse, recognise

NAMES = [
    "محمد",
    "أحمد",
    "علي",
    "حسن",
    "سيد",
    "إبراهيم",
    "عبد الرحمن",
    "خالد",
    "محمود",
    "مصطفى",
    "يوسف",
    "فاطمة",
]
HEADER = ["م", "الاسم", "الرقم القومي", "التليفون", "المحافظة", "المركز", "القرية", "النوع", "تاريخ الميلاد"]
HEADER += ["نوع المساعدة", "القيمة", "الشهر"]
FOLDER = Path(tempfile.gettempdir()) / "wasl-reading-benchmark"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="*", default=["csv", "xlsx"])
    parser.add_argument("--rows", type=int)
    parser.add_argument("--read", type=Path)
    said = parser.parse_args()
    if said.read:
        return measure(said.read)
    FOLDER.mkdir(exist_ok=True)
    for kind in said.files:
        path = make_csv(said.rows or 1_000_000) if kind == "csv" else make_xlsx(said.rows or 200_000)
        subprocess.run([sys.executable, __file__, "--read", str(path)], check=True)
    return None


def measure(path: Path) -> None:
    """Read one file whole and print what it took."""
    began, cpu = time.perf_counter(), time.process_time()
    options = LoadOptions(today=date(2025, 6, 1))
    source = open_workbook(path)[0]
    recognition = recognise(source, options=options)
    rows = sum(chunk.lines.height for chunk in parse(source, recognition, options))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{path.name}: {rows} rows, {time.perf_counter() - began:.1f} s wall,"
        f" {time.process_time() - cpu:.1f} s cpu, {memory} MiB"
    )


def make_csv(rows: int) -> Path:
    path = FOLDER / f"{rows}.csv"
    if not path.exists():
        chance = random.Random(1)
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADER)
            writer.writerows(_line(chance, number) for number in range(1, rows + 1))
    return path


def make_xlsx(rows: int) -> Path:
    path = FOLDER / f"{rows}.xlsx"
    if not path.exists():
        chance = random.Random(1)
        book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
        page = book.add_worksheet("كشف")
        page.write_row(0, 0, [*HEADER, *(f"بيان {place}" for place in range(13))])
        for number in range(1, rows + 1):
            page.write_row(number, 0, [*_line(chance, number), *(chance.randrange(1000) for _ in range(13))])
        book.close()
    return path


def _line(chance: random.Random, number: int) -> list[object]:
    year, month, day = chance.randrange(1950, 2000), chance.randrange(1, 13), chance.randrange(1, 29)
    nid = f"2{year % 100:02d}{month:02d}{day:02d}24{chance.randrange(9000, 10000)}{chance.randrange(10)}"
    name = " ".join(chance.choice(NAMES) for _ in range(4))
    phone = f"010{chance.randrange(10**8):08d}"
    village = f"قرية {chance.randrange(400)}"
    return [
        number,
        name,
        nid,
        phone,
        "المنيا",
        "مغاغة",
        village,
        "ذكر",
        f"{day}/{month}/{year}",
        "كرتونة",
        250,
        "مارس 2025",
    ]


if __name__ == "__main__":
    main()
