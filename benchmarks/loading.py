"""
Measure `wasl load`: a CSV of many rows, whole command in a process of its own.

    WASL_HOME=/tmp/bench python benchmarks/loading.py --rows 1000000

Says wall and cpu seconds of the command and of the database's processes, and the command's greatest
memory. Makes an installation of its own in WASL_HOME; ids are synthetic (serials 9000-9999).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import time
from pathlib import Path

NAMES = [
    "محمد", "احمد", "محمود", "علي", "حسن", "حسين", "ابراهيم", "مصطفى", "سعيد", "خالد", "عمر", "يوسف", "طارق", "كريم",
    "سامي", "رجب", "شعبان", "رمضان", "عادل", "جمال",
]  # fmt: skip
WOMEN = ["فاطمة", "منى", "هدى", "سعاد", "نادية", "زينب", "امينة", "خديجة", "سلوى", "ايمان"]
PLACES = [
    ("المنيا", "ملوي"),
    ("المنيا", "سمالوط"),
    ("سوهاج", "طما"),
    ("الجيزة", "العياط"),
    ("الفيوم", "سنورس"),
]


def write_rows(path: Path, rows: int, seed: int = 1) -> None:
    """Write a list of families as a charity keeps it: nine columns, an id on four rows of five."""
    choose = random.Random(seed)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        file.write("م,الاسم,الرقم القومي,تاريخ الميلاد,المحافظة,المركز,القرية,الموبايل,نوع المساعدة\r\n")
        for number in range(1, rows + 1):
            year, month, day = choose.randrange(45, 100), choose.randrange(1, 13), choose.randrange(1, 29)
            name = " ".join([choose.choice(NAMES + WOMEN), *choose.choices(NAMES, k=3)])
            nid = f"2{year:02d}{month:02d}{day:02d}24{choose.randrange(9000, 10000)}{choose.randrange(10)}"
            governorate, markaz = choose.choice(PLACES)
            file.write(
                f"{number},{name},{nid if number % 5 else ''},{day}/{month}/19{year},{governorate},{markaz},"
                f"عزبة {choose.choice(NAMES)},010{choose.randrange(10**8):08d},كرتونة مواد غذائية\r\n"
            )


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rows", type=int, default=1_000_000)
    rows = arguments.parse_args().rows
    home = Path(os.environ["WASL_HOME"])
    wasl = str(Path(sys.executable).with_name("wasl"))
    subprocess.run([wasl, "init"], check=True)
    subprocess.run(
        [wasl, "organisations", "add", "m01", "--kind", "charity", "--name-ar", "جمعية الأمل"], check=True
    )
    path = home / f"rows-{rows}-{os.getpid()}.csv"
    write_rows(path, rows, seed=os.getpid())
    before, database = resource.getrusage(resource.RUSAGE_CHILDREN), _server_cpu(home)
    started = time.monotonic()
    subprocess.run(
        [wasl, "load", str(path), "--from", "m01", "--month", "2025-03", "--value", "250", "--yes", "--json"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        json.dumps(
            {
                "rows": rows,
                "megabytes": round(path.stat().st_size / 1e6, 1),
                "wall_s": round(time.monotonic() - started, 1),
                "command_cpu_s": round(
                    after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 1
                ),
                "database_cpu_s": round(_server_cpu(home) - database, 1),
                "command_peak_mib": after.ru_maxrss // 1024,
                "load_average": os.getloadavg()[0],
            }
        )
    )
    path.unlink()


def _server_cpu(home: Path) -> float:
    """Sum the cpu seconds of the embedded server, of its processes that live and of those it has waited for."""
    pid = int(next(home.glob("postgres/**/postmaster.pid")).read_text().splitlines()[0])
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    ticks = sum(int(field) for field in fields[11:15])
    for other in Path("/proc").glob("[0-9]*/stat"):
        try:
            values = other.read_text().rsplit(")", 1)[1].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(values[1]) == pid:
            ticks += int(values[11]) + int(values[12])
    return ticks / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
