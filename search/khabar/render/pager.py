"""The user's pager: which one it is, what it can show, and a text in it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from khabar import stopping

__all__ = ["knows_links", "pager_command", "through_pager"]

#: less: colours as they are; leave at once what fits; no switch to another screen that would take the text
#: away.
_LESS = "FRX"
#: less shows what only marks direction as <U+2068>, unless it is told that it takes no room (less 632 and
#: later).
_NO_ROOM = "200b-200f:z,061c:z,2066-2069:z"

#: The first less that takes links for links.
_WITH_LINKS = 566


def pager_command(environment: Mapping[str, str]) -> list[str]:
    """The pager to use, as a command: $KHABAR_PAGER, $PAGER, else less; empty for none.

    A terminal that calls itself dumb cannot move back, and «cat» would change nothing.
    """
    if environment.get("TERM") in ("dumb", "unknown"):
        return []
    named = environment.get("KHABAR_PAGER", environment.get("PAGER"))
    if named is None:
        named = "less"
    import shlex
    import shutil

    try:
        command = shlex.split(named, posix=os.name != "nt")
    except ValueError:
        return []
    if not command or command[0] == "cat":
        return []
    found = shutil.which(command[0])
    return [found, *command[1:]] if found else []


def knows_links(command: list[str]) -> bool:
    """Whether a pager shows links as links: less does, from version 566 on."""
    import re
    import subprocess

    if Path(command[0]).stem != "less":
        return False
    try:
        output = subprocess.run([command[0], "--version"], capture_output=True, timeout=2, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return False
    version = re.match(rb"less (\d+)", output)
    return version is not None and int(version[1]) >= _WITH_LINKS


def through_pager(text: str, command: list[str]) -> bool:
    """Show a text in a pager and wait until it is left; False if the pager could not be started."""
    import subprocess

    environment = {**os.environ}
    environment.setdefault("LESS", _LESS)
    environment.setdefault("LESSCHARSET", "utf-8")
    environment.setdefault("LESSUTFCHARDEF", _NO_ROOM)
    try:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)
    except OSError:
        return False
    assert process.stdin is not None
    try:
        process.stdin.write(text.encode("utf-8", "replace"))
        process.stdin.close()
    except OSError:
        # Left before the end: nothing is wrong.
        pass
    while True:
        try:
            process.wait()
            return True
        except KeyboardInterrupt:
            if not stopping.carry_on():
                process.terminate()
                raise
            # For the pager, which has it too and decides what it means.
            continue
