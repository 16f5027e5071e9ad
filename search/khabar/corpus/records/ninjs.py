"""Convert ninjs, the JSON of IPTC for news (versions 1 to 3), before its fields are looked up by name.

The first version has one headline and one body of each kind; the later ones have lists of them, each with a
role and a content type. Here the main ones are chosen: those with the main role, in HTML if possible. An item
that is a picture, a video, an event or a package is not an article.

Specification: IPTC, ninjs 1.8, 2.4 and 3.3 (https://iptc.org/std/ninjs/).
"""

from __future__ import annotations

from collections.abc import Mapping

from khabar.corpus.report import Aside

__all__ = ["plain_ninjs"]

_NO_TEXT = frozenset(
    {"picture", "photo", "graphic", "video", "audio", "animation", "planning", "component", "event"}
)
_MAIN = ("main", "html", "full", "body", "text", "")
"""Roles of the main text, the likeliest first; IPTC does not fix them."""
_LISTS = {
    "headlines": "headline",
    "bodies": "body_html",
    "descriptions": "description_text",
}
"""Lists of the later versions, and the name of a single value in the first version."""
_MOST = 100


def plain_ninjs(record: Mapping[str, object]) -> dict[str, object]:
    """A ninjs record with the fields of the first version.

    Raises:
        Aside: it is not an article.
    """
    result = dict(record)
    for list_name, name in _LISTS.items():
        values = record.get(list_name)
        if isinstance(values, list) and not record.get(name) and (best := _main(values)):
            result[name] = best
    kind = record.get("type")
    has_text = any(result.get(key) for key in ("body_html", "body_xhtml", "body_text", "bodies"))
    if isinstance(kind, str) and (
        kind.casefold() in _NO_TEXT or (kind.casefold() == "composite" and not has_text)
    ):
        raise Aside("other-type", type=kind[:40])
    place = record.get("located") or record.get("place") or record.get("places")
    if isinstance(place, list):
        place = next((item for item in place if isinstance(item, dict)), None)
    if isinstance(place, dict):
        place = place.get("name") or place.get("literal")
    if isinstance(place, str):
        result["place"] = place
    return result


def _main(values: list[object]) -> str:
    """The main one of several values."""

    def rank(value: dict[str, object]) -> tuple[int, bool]:
        role, kind = (str(value.get(name) or "").casefold() for name in ("role", "contenttype"))
        kind = kind or str(value.get("contentType") or "").casefold()
        return _MAIN.index(role) if role in _MAIN else len(_MAIN), "html" not in kind

    candidates = [
        value
        for value in values[:_MOST]
        if isinstance(value, dict) and isinstance(value.get("value"), str) and value["value"]
    ]
    return str(min(candidates, key=rank)["value"]) if candidates else ""
