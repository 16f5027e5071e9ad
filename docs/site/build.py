#!/usr/bin/env python3
"""Build the site into a folder, English there and Arabic in its folder ``ar``. A warning is an error.

python docs/site/build.py build/site
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def main(folder: Path) -> int:
    """Build both languages; the status of the first build that fails, else 0."""
    for language, target in (("en", folder), ("ar", folder / "ar")):
        # Trees of pages are kept beside the site, and no part of it.
        trees = folder.with_name(f"{folder.name}-trees") / language
        options = ["-b", "html", "-c", str(HERE), "-d", str(trees), "-D", f"language={language}"]
        strict = ["--fail-on-warning", "--keep-going", "--nitpicky", "--quiet"]
        command = [sys.executable, "-m", "sphinx", *options, *strict, str(ROOT), str(target)]
        status = subprocess.run(command, check=False).returncode
        if status:
            return status
    print(f"{folder / 'index.html'}: English; {folder / 'ar' / 'index.html'}: Arabic")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]).resolve()))
