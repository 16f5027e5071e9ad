"""Python imports this at its start where this folder is in ``PYTHONPATH``: in processes that tests start."""

import small  # noqa: F401
