"""The readings of a word, as plainly as possible. The fast code in ``lemma.rules`` must agree with them."""

from __future__ import annotations

from khabar.analysis.lemma import closed
from khabar.analysis.lemma.rules import _ENDINGS, _PAST_ENDINGS, _PROCLITICS, PAST, PRESENT, Ending


def readings(word: str) -> list[tuple[float, str]]:
    """Every (cost, key of the table) that a folded word may be read as, the cheapest first: each proclitic
    with each ending."""
    found: list[tuple[float, str]] = []
    for start in range(min(max(map(len, _PROCLITICS)) + 1, len(word))):
        proclitic = word[:start]
        cost = _PROCLITICS.get(proclitic)
        if cost is None:
            continue
        for end in range(len(word), max(start + 1, len(word) - max(map(len, _ENDINGS)) - 1), -1):
            written = word[end:]
            for ending in _ENDINGS.get(written, ()):
                extra = _fit(proclitic, word[start:end], written, ending)
                key = ending.kind + _key(word[start:end], ending)
                if extra is not None and not (written and key in closed.UNINFLECTED):
                    found.append((cost + ending.cost + extra, key))
    found.sort()
    return found


def _key(stem: str, ending: Ending) -> str:
    return stem[1:] if ending.kind == PRESENT else stem + ending.restored


def _fit(proclitic: str, stem: str, written: str, ending: Ending) -> float | None:
    """The cost of combining proclitic, stem and ending, perhaps negative; None if it is impossible."""
    definite = proclitic.endswith(("ال", "لل"))
    if ending.kind == PRESENT:
        return _fit_present(proclitic, stem, definite)
    if ending.kind == PAST:
        preposition = proclitic[-1:] in tuple("لبك")
        if len(stem) < 3 and written not in _PAST_ENDINGS:
            # بقوه is rather «with force» than «they stayed it»
            return None
        if (
            proclitic.endswith("س")
            or (definite and written)
            or (preposition and written in ("ت", "نا", "وا", "تا", "ا", "ن", "تم"))
        ):
            return None
        return 0.6 if preposition or definite else 0.0
    if proclitic.endswith("س") or (definite and ending.indefinite):
        return None
    if len(stem) + len(ending.restored) < 3 and (written or (proclitic and not definite)):
        return None
    if written == "ان" and len(stem) < 4 and not definite:
        return None
    if written == "ا" and (stem[-1] == "ه" or (stem[-1] == "ي" and len(stem) > 5)):
        # مدرسها is «her teacher»: ة takes no alef in the accusative; nor do names like افريقيا have one
        return None
    if written == "ات" and ending.restored and stem[0] == "م":
        # مواجهات is of مواجهه, but نزاعات of نزاع
        return -0.8
    if proclitic.endswith("ل") and not definite and stem[0] == "ل" and len(stem) > 3:
        return -1.3
    return 0.0


def _fit_present(proclitic: str, stem: str, definite: bool) -> float | None:
    """A present needs its prefix: «he» is the commonest in news, «I» the rarest. After س it is certainly a
    verb."""
    if definite or proclitic[-1:] in tuple("بك") or len(stem) < 3:
        return None
    person = {"ي": 0.0, "ت": 0.4, "ن": 1.2, "ا": 1.2}.get(stem[0])
    if person is None:
        return None
    return person - 0.8 if proclitic.endswith("س") else person


def cheapest(word: str, table: dict[str, str]) -> str | None:
    """The lemma of the first reading that the table knows, or None."""
    return next((table[key] for _, key in readings(word) if key in table), None)
