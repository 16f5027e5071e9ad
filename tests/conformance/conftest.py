"""The battery runs over every place that an index can be in: a folder, and, with ``make cluster-test``, a
cluster. What a cluster cannot do is in :mod:`exceptions`, and told as soon as it can."""

from __future__ import annotations

import pytest
from exceptions import EXCEPTIONS


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "kept_in" in metafunc.fixturenames:
        places = ["folder"]
        # Tests with ``engine`` are about what is below an index in a folder.
        if "engine" not in metafunc.fixturenames and not metafunc.definition.get_closest_marker("folder"):
            places.append(pytest.param("cluster", marks=pytest.mark.cluster))
        metafunc.parametrize("kept_in", places, indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if isinstance(item, pytest.Function) and "[cluster" in item.name:
            reason = EXCEPTIONS.get(f"{item.path.stem}.{item.originalname}")
            if reason is not None:
                item.add_marker(pytest.mark.xfail(reason=reason, strict=True))
