"""
Derive the names that `wasl synth` writes from `egy-names` (PyPI, MIT, a development dependency).

Counts by position in the chain are kept (given, father, grandfather, great-grandfather, family), with
the long tail. The source's field of religion is not kept: it is used here, once, to leave out names that
only occur beside others of one community, because a plausible chain of them would need that field at
run time. Women born before the source's pupils get their given names from a short hand-made table.

Run: .venv/bin/python tools/derive_synth_names.py
"""

import csv
import gzip
import json
import re
from importlib.resources import files
from pathlib import Path

OUT = Path(__file__).parents[1] / "src/wasl/synth/data/names.csv"
TOKENS = 13_197_672  # tokens in the source's corpus: shares are in hundredths of it
LEAST = 3
ARABIC = re.compile(r"^[ء-ي]{3,14}$")
GIVEN, FATHER, GRANDFATHER, GREAT, FAMILY = range(5)


def spaced(name: str) -> str:
    """Write compound names with their space, as a careful clerk does: عبدالرحمن → عبد الرحمن."""
    if name.startswith("عبدال") or name == "عبدربه":
        return "عبد " + name[3:]
    if re.match(r"^[أا]بو(?=[ء-ي]{3})", name):
        return "أبو " + name[3:]
    match = re.match(r"^(.{2,6})(الدين|الله)$", name)
    return f"{match[1]} {match[2]}" if match else name


def main() -> None:
    packed = (files("egy_names") / "data/names.json.gz").read_bytes()
    rows: dict[str, list[int | str]] = {}
    for entry in json.loads(gzip.decompress(packed))["names"]:
        name, sex, role = entry["a"], entry["g"], entry["l"]
        if entry["r"] == "c" or not ARABIC.match(name):
            continue
        counts = [round(share / 100 * entry.get("tp", 0) / 100 * TOKENS) for share in entry["p"]]
        given = counts[GIVEN] if role == "g" and sex in "mf" else 0
        father, grandfather, great = (
            counts[i] if sex != "f" and (role == "g" or counts[i] > 40) else 0
            for i in (FATHER, GRANDFATHER, GREAT)
        )
        family = counts[FAMILY] if role != "g" and sex != "f" else 0
        kept = [given if sex == "m" else 0, given if sex == "f" else 0, father, grandfather, great, family]
        if max(kept) >= LEAST:
            rows.setdefault(spaced(name), [spaced(name), *kept])
    OUT.parent.mkdir(exist_ok=True)
    with OUT.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["name", "boy", "girl", "father", "grandfather", "great", "family"])
        writer.writerows(sorted(rows.values(), key=lambda row: (-sum(row[1:]), row[0])))


if __name__ == "__main__":
    main()
