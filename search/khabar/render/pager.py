"""The user's pager: finds it, checks what it can show, and shows text in it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from khabar import stopping

__all__ = ["knows_links", "pager_command", "through_pager"]

#: The options of less: quit at once if the text fits on the screen, show colours, and leave the text on the
#: screen.
_LESS = "FRX"
#: The value of LESSUTFCHARDEF that gives direction marks no width (less 632 and later); otherwise less shows
#: them as <U+2068>.
_ZERO_WIDTH = "200b-200f:z,061c:z,2066-2069:z"

#: The first version of less that supports links.
_WITH_LINKS = 566


def pager_command(environment: Mapping[str, str]) -> list[str]:
    """The command of the pager: $KHABAR_PAGER, $PAGER, else less; empty for none.

    A dumb terminal cannot scroll back, and «cat» would change nothing.
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
    program = shutil.which(command[0])
    return [program, *command[1:]] if program else []


def knows_links(command: list[str]) -> bool:
    """Whether a pager supports links: less does from version 566."""
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
    """Show a text in a pager and wait until the user leaves it; False if it could not be started."""
    import subprocess

    environment = {**os.environ}
    environment.setdefault("LESS", _LESS)
    environment.setdefault("LESSCHARSET", "utf-8")
    environment.setdefault("LESSUTFCHARDEF", _ZERO_WIDTH)
    try:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)
    except OSError:
        return False
    assert process.stdin is not None
    try:
        process.stdin.write(text.encode("utf-8", "replace"))
        process.stdin.close()
    except OSError:
        # The user left the pager before the end of the text.
        pass
    while True:
        try:
            process.wait()
            return True
        except KeyboardInterrupt:
            if not stopping.carry_on():
                process.terminate()
                raise
            # The pager receives Ctrl-C too, and decides what it means.
            continue
