"""Remember where each id of a run first occurred, in little memory: an archive has millions."""

from __future__ import annotations

from array import array

__all__ = ["FirstPlaces"]

#: Slots of a new table: a power of two.
_SLOTS = 1 << 10
_NO_NUMBER = -1


class FirstPlaces:
    """The content hash and place of the first article of each id, in 40 to 80 bytes; a dict takes 250.

    A hash table with open addressing (Knuth, The Art of Computer Programming, 6.4). Ids are represented by
    64-bit hashes: the chance that two of a million ids share one is one in forty million.
    """

    def __init__(self) -> None:
        self._count = 0
        self._paths: list[str] = []
        self._numbers: dict[str, int] = {}
        self._clear(_SLOTS)

    def _clear(self, slots: int) -> None:
        self._slots = slots
        self._hashes = array("q", bytes(8 * slots))
        self._contents = array("q", bytes(8 * slots))
        self._records = array("q", bytes(8 * slots))
        self._pieces = array("I", bytes(array("I").itemsize * slots))

    def __len__(self) -> int:
        return self._count

    def first(
        self, article_id: str, content: int, path: str, number: int | None
    ) -> tuple[int, str, int | None]:
        """Return content hash, path and number of the first article with an id; note these if it is new.

        Args:
            article_id: the id.
            content: the content hash of the article.
            path, number: its file, and its number there if it is a record.
        """
        # Zero marks a free slot.
        hashed = hash(article_id) or 1
        slot = self._slot(hashed)
        if self._hashes[slot]:
            record = self._records[slot]
            path = self._paths[self._pieces[slot]]
            return self._contents[slot], path, None if record == _NO_NUMBER else record
        if 3 * self._count >= 2 * self._slots:
            self._grow()
            slot = self._slot(hashed)
        self._count += 1
        piece = self._numbers.get(path)
        if piece is None:
            piece = self._numbers[path] = len(self._paths)
            self._paths.append(path)
        self._put(slot, hashed, content, _NO_NUMBER if number is None else number, piece)
        return content, path, number

    def _slot(self, hashed: int) -> int:
        """The slot of a hash, or the free one for it."""
        hashes, last = self._hashes, self._slots - 1
        slot = hashed & last
        while hashes[slot] and hashes[slot] != hashed:
            slot = (slot + 1) & last
        return slot

    def _put(self, slot: int, hashed: int, content: int, record: int, piece: int) -> None:
        self._hashes[slot] = hashed
        self._contents[slot] = content
        self._records[slot] = record
        self._pieces[slot] = piece

    def _grow(self) -> None:
        entries = zip(self._hashes, self._contents, self._records, self._pieces, strict=True)
        self._clear(2 * self._slots)
        for hashed, content, record, piece in entries:
            if hashed:
                self._put(self._slot(hashed), hashed, content, record, piece)
