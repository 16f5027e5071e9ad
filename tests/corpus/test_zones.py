"""Times of publication without a zone get the given one; days without a time stay unchanged."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from khabar import InvalidArgument, UpdateOptions, create_index, read
from khabar.zones import located, today_in, zone_of

GULF = timezone(timedelta(hours=3))


@pytest.fixture
def wire(tmp_path: Path) -> Path:
    records = [
        {"id": "time", "title": "خبر", "text": "نص الخبر هنا.", "date": "2024-04-20 00:30:00"},
        {"id": "day", "title": "خبر", "text": "نص آخر هنا.", "date": "2024-04-20"},
        {"id": "zone", "title": "خبر", "text": "نص ثالث هنا.", "date": "2024-04-20T00:30:00Z"},
    ]
    path = tmp_path / "wire.jsonl"
    path.write_text("\n".join(json.dumps(each, ensure_ascii=False) for each in records), encoding="utf-8")
    return path


def test_a_time_without_a_zone_is_in_the_zone_of_the_paper(wire: Path) -> None:
    found = {article.id: article.published for article in read(wire, tz="Asia/Riyadh")}
    assert found["time"] == datetime(2024, 4, 20, 0, 30, tzinfo=GULF)
    assert found["time"] is not None and found["time"].isoformat().endswith("+03:00")
    assert found["day"] == datetime(2024, 4, 20)
    assert found["zone"] == datetime(2024, 4, 20, 0, 30, tzinfo=UTC)
    plain = {article.id: article.published for article in read(wire)}
    assert plain["time"] == datetime(2024, 4, 20, 0, 30)


def test_another_zone_reads_the_files_again(wire: Path, tmp_path: Path) -> None:
    with create_index(tmp_path / "ix") as index:
        index.update(wire)
        index.update(wire, options=UpdateOptions(tz="+03:00"))
        article = index.article("time")
        assert article is not None and article.published == datetime(2024, 4, 20, 0, 30, tzinfo=GULF)
        assert index.search("date:2024-04-20").total == 3


def test_zones_by_name_and_by_offset() -> None:
    noon = datetime(2024, 7, 1, 12)
    assert located(noon, zone_of("Asia/Beirut")).utcoffset() == timedelta(hours=3)
    assert located(datetime(2024, 1, 1, 12), zone_of("Asia/Beirut")).utcoffset() == timedelta(hours=2)
    assert located(noon, zone_of("-0530")).utcoffset() == -timedelta(hours=5, minutes=30)
    assert today_in(None) is None and today_in("") is None
    assert today_in("UTC") == datetime.now(UTC).date()


@pytest.mark.parametrize("name", ["Asia/Riad", "nowhere", "+99:00", "../etc/passwd", "x" * 300])
def test_an_unknown_zone(name: str, wire: Path) -> None:
    with pytest.raises(InvalidArgument) as raised:
        read(wire, tz=name)
    assert (raised.value.name, raised.value.value, raised.value.code) == ("tz", name, "zone")


@pytest.mark.parametrize("name", ["+03:00", "+0300", "+3", "GMT+3", "UTC+03:00"])
def test_offsets(name: str) -> None:
    """Of these «Etc/GMT+3» of the list of zones is the opposite."""
    assert zone_of(name).utcoffset(None) == timedelta(hours=3)


@pytest.mark.parametrize("name", ["+25", "GMT+33", "3", "مكة", ""])
def test_names_that_are_not_zones(name: str) -> None:
    with pytest.raises(InvalidArgument):
        zone_of(name)
