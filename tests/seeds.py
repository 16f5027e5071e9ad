"""From which number the tests draw their random inputs.

The suite draws the same inputs each time: a change must not fail for an input that nobody tried before.
``KHABAR_SEED=7`` draws others, the same ones for the same number.
"""

from __future__ import annotations

import os

__all__ = ["GIVEN", "SEED"]

#: Whether somebody asks for other inputs than the usual ones.
GIVEN = "KHABAR_SEED" in os.environ
SEED = int(os.environ.get("KHABAR_SEED", "1"))
