"""ninjs, the JSON of IPTC for news (versions 1 to 3), before its fields are looked up by name.

The first version has one headline and one body of each kind; the later ones lists of them, each with a role
and a type of content. Here the main ones are chosen: of a role that is the main one, in HTML if there is
HTML. An item that is a picture, a film, an event or a package is no article.

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
"""Roles of the text that is meant, the likeliest first; IPTC leaves them open."""
_LISTS = {
    "headlines": "headline",
    "bodies": "body_html",
    "descriptions": "description_text",
}
"""Lists of the later versions, and the name that the first version has for one of their values."""
_MOST = 100


def plain_ninjs(record: Mapping[str, object]) -> dict[str, object]:
    """A record of ninjs with the fields that the first version has.

    Raises:
        Aside: it is no article.
    """
    result = dict(record)
    for several, one in _LISTS.items():
        found = record.get(several)
        if isinstance(found, list) and not record.get(one) and (best := _main(found)):
            result[one] = best
    kind = record.get("type")
    has_text = any(result.get(key) for key in ("body_html", "body_xhtml", "body_text", "bodies"))
    if isinstance(kind, str) and (
        kind.casefold() in _NO_TEXT or (kind.casefold() == "composite" and not has_text)
    ):
        raise Aside("other-type", type=kind[:40])
    place = record.get("located") or record.get("place") or record.get("places")
    if isinstance(place, list):
        place = next((each for each in place if isinstance(each, dict)), None)
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

    found = [
        each
        for each in values[:_MOST]
        if isinstance(each, dict) and isinstance(each.get("value"), str) and each["value"]
    ]
    return str(min(found, key=rank)["value"]) if found else ""
