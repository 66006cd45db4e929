"""Fetch the fonts that Wasl serves, with npm, into the source tree; needed only to take a newer release."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "@fontsource/ibm-plex-sans-arabic@5.3.0"
FONTS = Path(__file__).resolve().parent.parent / "src" / "wasl" / "web" / "static" / "wasl" / "fonts"


def main() -> None:
    """Replace the font files and their list of digests."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.check_call(["npm", "pack", "--silent", PACKAGE], cwd=folder)
        (archive,) = Path(folder).glob("*.tgz")
        with tarfile.open(archive) as packed:
            packed.extractall(folder, filter="data")
        files = Path(folder) / "package"
        for script in ("arabic", "latin"):
            for weight in (400, 600):
                name = f"ibm-plex-sans-arabic-{script}-{weight}-normal.woff2"
                shutil.copy(files / "files" / name, FONTS / f"plex-{script}-{weight}.woff2")
        shutil.copy(files / "LICENSE", FONTS / "LICENSE.txt")
    names = sorted([*FONTS.glob("*.woff2"), FONTS / "LICENSE.txt"])
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in names]
    (FONTS / "SHA256SUMS").write_text("".join(lines))


if __name__ == "__main__":
    main()
