"""Whether khabar may be given on with all that it requires: reads metadata of the packages installed here.

`python .ci/licences.py` walks from khabar over everything that it and its extras require, and fails if a
licence is unknown or does not go with GPL-3.0-or-later. What metadata do not say is in `KNOWN`, with where it
was read. Development tools are not given on, so they are not asked.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution

#: Licences whose works may be part of a work under GPL-3.0-or-later
#: (https://www.gnu.org/licenses/license-list.html).
GOES_WITH_GPL3 = {
    *(
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CC0-1.0",
        "HPND",
        "ISC",
        "MIT",
        "MIT-0",
        "MPL-2.0",
    ),
    *("PSF-2.0", "Python-2.0", "Unicode-3.0", "Unlicense", "Zlib", "BSL-1.0"),
    *("LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later"),
    *("GPL-2.0-or-later", "GPL-3.0-only", "GPL-3.0-or-later"),
}

#: What old metadata call them.
NAMES = {
    "MIT License": "MIT",
    "The MIT License (MIT)": "MIT",
    "MIT license": "MIT",
    "BSD License": "BSD-3-Clause",
    "BSD": "BSD-3-Clause",
    "New BSD": "BSD-3-Clause",
    "BSD 2-Clause License": "BSD-2-Clause",
    "BSD 3-Clause": "BSD-3-Clause",
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache 2": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache-2.0 License": "Apache-2.0",
    "Apache": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "GNU Lesser General Public License v3 or later (LGPLv3+)": "LGPL-3.0-or-later",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "ISC License (ISCL)": "ISC",
    "Python Software Foundation License": "PSF-2.0",
    "PSF": "PSF-2.0",
}

#: What metadata do not tell, by package, with where it was read.
KNOWN = {
    # «GPL» without a version is any version (GPL-3.0, section 14); the text beside it is that of version 3.
    "pyarabic": ("GPL-3.0-or-later", "@license in its files, and LICENSE"),
    "python-bidi": ("LGPL-3.0-or-later", "COPYING.LESSER"),
}

#: What is let pass although its licence is not in the list, by package, with the reason.
LET_PASS = {
    "regex": "a part of it is under the licence of Python 1.6, which names the law of Virginia; khabar "
    "neither has nor imports it: trafilatura (extra html) requires htmldate, that dateparser, and that regex",
}


def licence_of(package: Distribution) -> tuple[str, str]:
    """The licence of a package as an SPDX expression, "" if it is not known, and where it says so."""
    name = canonical(package.metadata["Name"])
    if name in KNOWN:
        return KNOWN[name]
    expression = package.metadata.get("License-Expression")
    if expression:
        return expression, "License-Expression"
    classified = [
        each.rpartition(" :: ")[2]
        for each in package.metadata.get_all("Classifier") or ()
        if each.startswith("License ::") and not each.endswith("OSI Approved")
    ]
    if classified:
        return " OR ".join(NAMES.get(each, each) for each in classified), "classifiers"
    said = (package.metadata.get("License") or "").strip().partition("\n")[0]
    return NAMES.get(said, said), "License"


def is_fine(expression: str) -> bool:
    """Whether an SPDX expression goes with GPL-3.0-or-later: of an OR one side is enough."""
    text = expression.strip()
    if text in GOES_WITH_GPL3:
        return True
    for word, enough in ((" OR ", any), (" AND ", all)):
        parts = split(text, word)
        if len(parts) > 1:
            return enough(map(is_fine, parts))
    return text.startswith("(") and text.endswith(")") and is_fine(text[1:-1])


def split(text: str, word: str) -> list[str]:
    """The parts of an expression between words outside brackets."""
    parts, depth, start = [], 0, 0
    for at, letter in enumerate(text):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth == 0 and text.startswith(word, at):
            parts.append(text[start:at])
            start = at + len(word)
    return [*parts, text[start:]]


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def required(name: str) -> dict[str, Distribution]:
    """All packages that one requires, with its extras, as far as they are installed."""
    found: dict[str, Distribution] = {}
    waiting = [name]
    while waiting:
        each = canonical(waiting.pop())
        if each in found:
            continue
        try:
            found[each] = distribution(each)
        except PackageNotFoundError:
            # An extra, or for another system.
            continue
        for line in found[each].requires or ():
            if each == canonical(name) or "extra ==" not in line or "[" in line:
                waiting.append(re.split(r"[^A-Za-z0-9._-]", line.strip(), maxsplit=1)[0])
    return found


def main() -> int:
    refused = 0
    for name, package in sorted(required("khabar").items()):
        expression, where = licence_of(package)
        if name in LET_PASS:
            print(f"LET PASS: {name} {package.version}: {expression}: {LET_PASS[name]}")
            continue
        fine = is_fine(expression)
        refused += not fine
        warning = "" if fine else "NOT ALLOWED: "
        print(f"{warning}{name} {package.version}: {expression or 'no licence named'} ({where})")
    if refused:
        print(f"{refused} of the packages above may not be given on with khabar", file=sys.stderr)
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
