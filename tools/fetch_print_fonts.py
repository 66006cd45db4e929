"""
Fetch the fonts of printed pages, with npm, into the source tree; needed only to take a newer release.

The package has them packed as woff2, which typst does not read: they are unpacked and not otherwise changed.
Run it where fonttools and brotli are: `uv run --no-project --with fonttools --with brotli tools/fetch_print_fonts.py`.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from fontTools.ttLib import TTFont  # type: ignore[import-not-found]

PACKAGE = "@ibm/plex-sans-arabic@1.1.0"
FONTS = Path(__file__).resolve().parent.parent / "src" / "wasl" / "printing" / "fonts"
WEIGHTS = {400: "Regular", 600: "SemiBold"}


def main() -> None:
    """Replace the font files and their list of digests."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.check_call(["npm", "pack", "--silent", PACKAGE], cwd=folder)
        (archive,) = Path(folder).glob("*.tgz")
        with tarfile.open(archive) as packed:
            packed.extractall(folder, filter="data")
        files = Path(folder) / "package"
        for weight, name in WEIGHTS.items():
            font = TTFont(files / "fonts" / "complete" / "woff2" / f"IBMPlexSansArabic-{name}.woff2")
            font.flavor = None
            font.save(FONTS / f"plex-arabic-{weight}.ttf")
        shutil.copy(files / "LICENSE.txt", FONTS / "LICENSE.txt")
    names = sorted([*FONTS.glob("*.ttf"), FONTS / "LICENSE.txt"])
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in names]
    (FONTS / "SHA256SUMS").write_text("".join(lines))


if __name__ == "__main__":
    main()
