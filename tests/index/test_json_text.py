"""JSON is read with the same results as by the standard library."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar.serialize import read_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES, st.booleans())
def test_every_value_is_read_alike(value: object, ascii_only: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only)
    # Compared as text, because NaN is not equal to itself.
    assert repr(read_json(text)) == repr(json.loads(text))
    encoded = text.encode("utf-8", "surrogatepass")
    assert repr(read_json(encoded)) == repr(json.loads(encoded))


@pytest.mark.parametrize("broken", ['{"مصر": ', "", '{"a": 1} 2', b"\xff\xfe\xfa", "{'a': 1}"])
def test_what_is_no_json_is_a_value_error_in_the_usual_words(broken: str | bytes) -> None:
    with pytest.raises(ValueError) as usual:
        json.loads(broken)
    with pytest.raises(ValueError) as ours:
        read_json(broken)
    assert str(ours.value) == str(usual.value)
