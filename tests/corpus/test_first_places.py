"""The places where ids first occurred."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from khabar.corpus.reading import first_places
from khabar.corpus.reading.first_places import FirstPlaces

NOTED = st.tuples(
    st.sampled_from(["واس-1", "واس-2", "", "7", *map(str, range(40))]),
    st.integers(-(2**63), 2**63 - 1),
    st.sampled_from(["/أخبار/ا.json", "/أخبار/ب.zip!ب.json"]),
    st.none() | st.integers(0, 2**40),
)


@given(st.lists(NOTED, max_size=60))
def test_the_first_stays_as_in_a_dict(noted: list[tuple[str, int, str, int | None]]) -> None:
    plain: dict[str, tuple[int, str, int | None]] = {}
    compact = FirstPlaces()
    for article_id, *values in noted:
        content, path, number = values
        first = compact.first(article_id, content, path, number)
        assert first == plain.setdefault(article_id, (content, path, number))
    assert len(compact) == len(plain)


def test_many_are_kept() -> None:
    compact = FirstPlaces()
    many = 3 * first_places._SLOTS
    for number in range(many):
        assert compact.first(f"id-{number}", number, "/أخبار.jsonl", number) == (
            number,
            "/أخبار.jsonl",
            number,
        )
    assert [compact.first(f"id-{number}", -1, "", None)[0] for number in range(many)] == list(range(many))
