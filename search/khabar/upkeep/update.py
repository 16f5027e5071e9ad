"""Bringing an index up to date with files by a plan: new and changed ones are read, articles of deleted ones
are removed.

An article keeps its id when its file moves. Ids that are not given are made of the path of the file (see
:mod:`khabar.corpus.reading.finishing`), and the manifest remembers for each file the path that its ids were
first made of.
"""

from __future__ import annotations

import os
import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from khabar.corpus.article import Article
from khabar.corpus.names import readable_path
from khabar.corpus.reading.files import STDIN
from khabar.corpus.reading.reader import read_file
from khabar.corpus.reasons import Reason
from khabar.corpus.records.keeping import checked_keep
from khabar.corpus.report import Note, ReadReport, Skipped, guesses
from khabar.index.records import short_fingerprint
from khabar.serialize import Serializable
from khabar.spelling import comparable
from khabar.upkeep.changes import Changes, UpdateOptions, content_hash, settled
from khabar.upkeep.closings import Closings
from khabar.upkeep.manifest import NAMED, LeftOut, Manifest, Noted, Source
from khabar.upkeep.store import Transacting
from khabar.upkeep.workers import EncodedArticle

__all__ = ["Update", "UpdateReport", "nothing_done"]


class UpdateReport(Serializable, msgspec.Struct):
    """What :meth:`khabar.Index.update` did.

    Attributes:
        added, updated: articles that were new, or were there and differed.
        replaced: those among the updated that were there from another file: the same outlet and address, in a
            file that was changed later.
        superseded: articles that were left as they are in the index, from another file that was changed
            later.
        unchanged: articles that were there and did not differ, those of files that were not read among them.
        removed: articles that were removed because their file, or they in it, were gone.
        files: files that were looked at.
        read: those that were read.
        moved: files that were moved, and recognised.
        vanished: files that are gone and whose articles are in the index still.
        dropped: articles that their file no longer contains, and that are in the index still.
        kept: articles that are in the index as they were read before, and not in what could be read of their
            file now.
        skipped: what could not be read or indexed in this run.
        skipped_before: how much could not be read or indexed in an earlier run, and has not changed since.
            :meth:`khabar.Index.left_out` tells what.
        clutter: lines of page clutter left out of the files that were read, by kind.
        closings: articles of which a line was left out that ends every article of their source, by source.
        guessed: the files among them whose encoding is a guess, with the encoding.
        notes: what was guessed of the articles in them, what of these may be lost, and what was left out on
            purpose.
        mapped: for each of the ``fields`` of the options, as ``NAME=KEY``, whether any record that was read
            had the key.
        stopped: whether it was stopped before it was finished.
    """

    added: int = 0
    updated: int = 0
    replaced: int = 0
    superseded: int = 0
    unchanged: int = 0
    removed: int = 0
    files: int = 0
    read: int = 0
    moved: int = 0
    vanished: int = 0
    dropped: int = 0
    kept: int = 0
    skipped: list[Skipped] = msgspec.field(default_factory=list)
    skipped_before: int = 0
    clutter: Counter[str] = msgspec.field(default_factory=Counter)
    closings: Counter[str] = msgspec.field(default_factory=Counter)
    guessed: list[tuple[str, str]] = msgspec.field(default_factory=list)
    notes: list[Note] = msgspec.field(default_factory=list)
    mapped: dict[str, bool] = msgspec.field(default_factory=dict)
    stopped: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data."""
        return {**super().to_dict(), "guessed": guesses(self.guessed)}

    @property
    def ok(self) -> bool:
        """Whether nothing was left out in this run, and nothing may be lost."""
        return not self.skipped and not any(note.lost for note in self.notes) and all(self.mapped.values())


_MOST_WITHOUT_MEMORY = 20
"""Articles that a run leaves out because there is not enough memory; with one more it ends."""


class _File(msgspec.Struct):
    """A file while it is read.

    Attributes:
        path: the file, or ``-``.
        before: what was known of it.
        origin: the path that its ids are made of.
        status, content: how it looked, and the hash of its content.
        reading: what the readers report.
        ids: of its articles, in order.
        waiting: how many of them are not in the index yet.
        met: how many words were met in them first.
        read: whether it was read to its end.
        moved: whether it is not read, and only its articles get its new path.
        named: what the paths of its articles call it; "" before the first.
        had: the ids of the articles that were in it before.
        older: id and fingerprint of those that are in the index from another file.
    """

    path: Path
    before: Source | None = None
    origin: str = ""
    status: os.stat_result | None = None
    content: str = ""
    reading: ReadReport = msgspec.field(default_factory=ReadReport)
    ids: dict[str, None] = msgspec.field(default_factory=dict)
    waiting: int = 0
    met: int = 0
    read: bool = False
    moved: bool = False
    named: str = ""
    had: frozenset[str] = frozenset()
    older: dict[str, str] = msgspec.field(default_factory=dict)


class _Version(msgspec.Struct, frozen=True):
    """What tells an article from another with its id.

    Attributes:
        id, fingerprint, source: of the article.
        url, title: what its address and its title hash to: small, since there may be millions; 0 for none.
        published: of the article.
        file: where it was read, as text.
        record: its number there; 0 for none.
        changed: when that file was changed last, in nanoseconds.
    """

    id: str
    fingerprint: str
    source: str
    url: int
    title: int
    published: datetime | None
    file: str
    record: int
    changed: int

    @classmethod
    def of(cls, article: Article, fingerprint: str, file: _File, changed: int | None = None) -> _Version:
        """The version that an article is."""
        url = hash(article.url) if article.url else 0
        if changed is None:
            changed = file.status.st_mtime_ns if file.status else time.time_ns()
        path, record = _place(article)
        title = hash(comparable(article.title))
        # All articles that are read of a file name it alike: the file system is asked once.
        file.named = file.named or _file_of(path)
        place = file.named, record or 0
        return cls(article.id, fingerprint, article.source, url, title, article.published, *place, changed)

    def is_same_article(self, other: _Version) -> bool:
        """Whether the two are one article: they have one address; or are of one outlet, not of two addresses,
        and have one title or one moment of publication. (Outlets number anew every year.)"""
        if self.url and other.url:
            return self.url == other.url
        if not self.source or comparable(self.source) != comparable(other.source):
            return False
        return self.title == other.title or (self.published is not None and self.published == other.published)


class Update:
    """One update, under the index's write lock.

    Args:
        transaction: on the index, which is locked by it.
        manifest: of the index, read since then.
        changes: the plan.
        options: those that it was made with.
        batch: number of articles per commit; None commits once, at the end.
        committed: called after each commit.
        stored: gives an article of the index before the update, by its id.
        articles: gives all articles of some sources in the index at the last commit.
        closings: of the index.
        progress: called with each article that is read.
        stop: asked now and then whether to end early; what was done until then is committed.
    """

    def __init__(
        self,
        transaction: Transacting,
        manifest: Manifest,
        changes: Changes,
        options: UpdateOptions,
        *,
        batch: int | None,
        committed: Callable[[], None],
        stored: Callable[[str], Article | None],
        articles: Callable[[Collection[str]], Iterator[Article]],
        closings: Closings,
        progress: Callable[[Article], None] | None,
        stop: Callable[[], bool],
    ) -> None:
        self._transaction = transaction
        self._manifest = manifest
        self._changes = changes
        self._options = options
        self._batch = batch
        self._committed = committed
        self._stored = stored
        self._progress = progress
        self._stop = stop
        self._articles_of_index = articles
        self._closings = closings
        self._pending = 0
        self._met = 0
        #: the old path and what is to be noted of files whose articles will be committed next
        self._noted: list[tuple[str, Source]] = []
        self._moved: dict[str, Source] = {}
        #: files with the ids of their articles that will be new in the next commit
        self._coming: dict[str, tuple[_File, list[str]]] = {}
        #: id → the articles read in this run
        self._seen: dict[str, _Version] = {}
        self._replacing: set[str] = set()
        #: the ids that more than one file has
        self._shared = _shared(manifest)
        #: the old path of files that were moved → the new one
        self._renamed = {readable_path(source.path): str(path) for source, path in changes.moved}
        self._origins = {source.origin for source in manifest.sources.values()}
        #: the articles that are being encoded, with fingerprint and file
        self._waiting: deque[tuple[Article, str, _File]] = deque()
        #: how many articles there was not enough memory for; None while other processes may be the reason
        self._without_memory: int | None = None
        self.report = _begun(changes)

    def run(self) -> UpdateReport:
        """Carry out the plan."""
        report, transaction = self.report, self._transaction
        for source in self._changes.unchanged + self._changes.touched:
            report.unchanged += len(source.ids)
            report.skipped_before += _count(source)
        self._noted += [(source.path, source) for source in self._changes.touched]
        for path in self._changes.filled:
            self._manifest.put_place(path, None)
        for each in self._changes.skipped:
            self._manifest.put_place(each.path, each.reason)
        coming = chain(self._moves(), self._reads())
        articles: Iterator[Article] = coming
        while True:
            try:
                for encoded in transaction.encoded(articles):
                    self._take(encoded)
                break
            except MemoryError:
                articles = chain(self._taken_back(), coming)
        self._commit()
        if not self._options.keep_closings:
            self._leave_out_closings()
        if self._options.prune and not report.stopped:
            self._prune()
            self._commit()
        report.vanished = sum(source.path in self._manifest.sources for source in self._changes.vanished)
        report.dropped = len(self._manifest.dropped(self._seen_sources()))
        report.kept = len(self._manifest.kept(self._seen_sources()))
        return report

    def _take(self, encoded: EncodedArticle) -> None:
        """Add the first of the articles that wait."""
        transaction = self._transaction
        _, fingerprint, file = self._waiting[0]
        if file.moved:
            transaction.add(encoded, fingerprint)
        else:
            self._add(encoded, fingerprint, file)
        self._waiting.popleft()
        self._is_through(file)
        self._pending += 1
        met = transaction.met
        file.met += met - self._met
        self._met = met
        if self._batch is not None and (self._pending >= self._batch or transaction.is_much):
            self._commit()

    def _is_through(self, file: _File) -> None:
        """Note that one of a file's articles waits no longer."""
        file.waiting -= 1
        if file.read and not file.waiting:
            self._note(file)

    def _taken_back(self) -> list[Article]:
        """The articles to encode again after there was not enough memory. What came before is committed. The
        first time they are all of them, which are encoded here, one by one; from then on the first one is the
        reason, and is left out.

        Raises:
            MemoryError: it was so many times.
        """
        self._commit()
        self._transaction.encode_alone()
        if self._without_memory is None:
            self._without_memory = 0
        elif self._waiting:
            self._without_memory += 1
            if self._without_memory > _MOST_WITHOUT_MEMORY:
                raise MemoryError
            article, _, file = self._waiting.popleft()
            file.reading.skip(*_place(article), Reason.of("no-memory"))
            if self._transaction.fingerprint(article.id) is None:
                file.ids.pop(article.id, None)
            self._is_through(file)
        else:
            raise MemoryError
        return [article for article, *_ in self._waiting]

    def _seen_sources(self) -> list[Source]:
        """What is known of the files that are there."""
        seen = {source.path for source in (*self._changes.unchanged, *self._changes.touched)}
        seen |= {str(path) for path in self._changes.read} | {str(path) for _, path in self._changes.moved}
        return [self._manifest.sources[name] for name in seen if name in self._manifest.sources]

    def _leave_out_closings(self) -> None:
        """Note how the articles of this run end, and leave what is found to end all of a source out of those
        before."""
        closings, transaction = self._closings, self._transaction
        closings.decide()
        with transaction.writing():
            closings.write()
        self.report.closings = +closings.left_out
        if not closings.news or self.report.stopped:
            return
        # Only articles from files: what a script added does not change.
        ours = {each for source in self._manifest.sources.values() for each in source.ids}
        waiting: deque[str] = deque()

        def changed() -> Iterator[Article]:
            for article in self._articles_of_index(closings.news):
                if article.id in ours:
                    stripped = closings.without(article)
                    if stripped is not article:
                        self.report.closings[article.source] += 1
                        waiting.append(stripped.fingerprint())
                        yield stripped

        for encoded in transaction.encoded(changed()):
            transaction.add(encoded, waiting.popleft())
        transaction.commit()
        self._committed()
        closings.news.clear()
        with transaction.writing():
            closings.write()

    def _stopping(self) -> bool:
        self.report.stopped = self.report.stopped or self._stop()
        return self.report.stopped

    def _commit(self) -> None:
        """First which articles may be there from then on, then the articles, then that their files were
        read."""
        for file, ids in self._coming.values():
            self._manifest.put_more(str(file.path), file.origin, ids)
        self._coming.clear()
        with self._transaction.writing():
            self._manifest.write()
        self._transaction.commit()
        self._leave_out_refused()
        for _, source in self._noted:
            self._manifest.put(source)
        # A file that was moved is forgotten last: if only some of these lines reach the disk, its articles
        # are noted twice rather than not at all.
        now = {source.path for _, source in self._noted}
        for before in dict.fromkeys(before for before, _ in self._noted if before not in now):
            self._manifest.forget(before)
        with self._transaction.writing():
            self._manifest.write()
        self._noted.clear()
        self._pending = 0
        self._committed()

    def _leave_out_refused(self) -> None:
        """Tell what the commit left out because another writer was first with another article of its id. It
        is not of these files, so that their removal does not remove it."""
        refused = self._transaction.refused()
        for article, reason, is_new in refused:
            self.report.skipped.append(Skipped(*_place(article), reason))
            if is_new:
                self.report.added -= 1
            else:
                self.report.updated -= 1
        gone = {article.id for article, *_ in refused}
        if gone:
            self._noted = [
                (before, replace(source, ids=tuple(each for each in source.ids if each not in gone)))
                for before, source in self._noted
            ]

    def _moves(self) -> Iterator[Article]:
        """The articles of files that were moved, as they are, but for the path."""
        again = {str(path) for path in self._changes.read}
        for source, path in self._changes.moved:
            if self._stopping():
                return
            place, before = str(path), readable_path(source.path)
            file = _File(path, source, moved=True)
            for each in source.ids:
                article = self._stored(each)
                if article is not None and article.path.startswith(before):
                    article = replace(article, path=readable_path(place) + article.path[len(before) :])
                    file.waiting += 1
                    self._waiting.append((article, article.fingerprint(), file))
                    yield article
            moved = replace(source, path=place, mtime=-1)
            with suppress(OSError):
                moved = replace(moved, mtime=settled(path.stat()))
            self._moved[place] = moved
            file.read = True
            if not file.waiting:
                self._note(file)
            self.report.moved += 1
            if place not in again:
                self.report.unchanged += len(source.ids)
                self.report.skipped_before += _count(moved)

    def _reads(self) -> Iterator[Article]:
        """The articles of files to read that are new or changed."""
        current: _File | None = None
        for file, given in self._transaction.looked_up(self._opened(), _id_of):
            if file is not current:
                current = file
                self.report.read += 1
            if given is None:
                file.read = True
                if not file.waiting:
                    self._note(file)
                continue
            if self._stopping():
                # What was read of this file is kept, and it is read again the next time.
                self._tell(file)
                return
            article = given if self._options.keep_closings else self._closings.without(given)
            fingerprint = article.fingerprint()
            if self._is_new(article, fingerprint, file):
                if not self._options.keep_closings:
                    self._closings.count(given, article)
                file.waiting += 1
                self._waiting.append((article, fingerprint, file))
                yield article

    def _opened(self) -> Iterator[tuple[_File, Article | None]]:
        """The articles of the files to read, each with its file; None at the end of a file."""
        for path in self._changes.read:
            file = _File(path)
            if path != STDIN:
                name = str(path)
                file.before = self._moved.get(name) or self._manifest.sources.get(name)
                file.status, file.content = _looked_at(path)
                file.had = frozenset(file.before.ids) if file.before else frozenset()
                file.origin = file.before.origin if file.before else self._own_origin(name, file.content)
            for article in self._articles(file):
                if file.met > self._options.limits.vocabulary:
                    limit = self._options.limits.vocabulary
                    file.reading.skip(str(path), None, Reason.of("too-many-distinct", limit=limit))
                    break
                yield file, article
            yield file, None

    def _articles(self, file: _File) -> Iterator[Article]:
        options = self._options
        for article in read_file(
            file.path,
            called=file.origin,
            fields=options.fields,
            report=file.reading,
            max_bytes=options.max_bytes,
            set=options.set,
            keep=checked_keep("keep", options.keep),
            tz=options.tz,
            dates=options.dates,
            id_with_source=options.id_with_source,
            limits=options.limits,
        ):
            if self._progress is not None:
                self._progress(article)
            yield article

    def _own_origin(self, name: str, content: str) -> str:
        """The path that a new file's ids are made of: its own, if no file has it that was there before and
        was moved."""
        origin = name if name not in self._origins else f"{name}\x1f{content}"
        self._origins.add(origin)
        return origin

    def _is_new(self, article: Article, fingerprint: str, file: _File) -> bool:
        """Whether an article is to be indexed: it is new, or a newer version of one that is there."""
        known, now = self._transaction.fingerprint(article.id), short_fingerprint(fingerprint)
        mine = _Version.of(article, fingerprint, file)
        other = self._version_elsewhere(mine, known, file)
        if other is not None:
            if not mine.is_same_article(other):
                file.reading.skip(*_place(article), _conflict(article, mine, other))
                return False
            older = file.before.older.get(article.id) if file.before else None
            # A file that changed elsewhere does not bring back an article that it had before another file had
            # a newer one.
            had = article.id in file.had and older in (None, fingerprint)
            if had or mine.changed < other.changed:
                self.report.superseded += 1
                file.older[article.id] = fingerprint
                file.ids[article.id] = None
                return False
            self._replacing.add(article.id)
        self._seen[article.id] = mine
        file.ids[article.id] = None
        if known == now:
            self.report.unchanged += 1
            return False
        return True

    def _version_elsewhere(self, mine: _Version, known: int | None, file: _File) -> _Version | None:
        """Another article with the same id, that is in the index or was read in this run, from another
        file."""
        each = mine.id
        if (seen := self._seen.get(each)) is not None:
            return None if seen.fingerprint == mine.fingerprint or seen.file == mine.file else seen
        if known is None or known == short_fingerprint(mine.fingerprint):
            return None
        if each in file.had and each not in self._shared:
            return None
        stored = self._stored(each)
        if stored is None:
            return None
        path = _file_of(stored.path)
        path = self._renamed.get(path, path)
        if file.path != STDIN and path == mine.file:
            return None
        return _Version.of(stored, stored.fingerprint(), _File(Path(path)), changed=_changed(path))

    def _add(self, encoded: EncodedArticle, fingerprint: str, file: _File) -> None:
        report, transaction, article = self.report, self._transaction, encoded.article
        before = transaction.fingerprint(article.id)
        if before == short_fingerprint(fingerprint):
            report.unchanged += 1
        elif not transaction.add(encoded, fingerprint):
            file.reading.skip(*_place(article), Reason.of("no-word"))
            if before is None:
                file.ids.pop(article.id, None)
        elif before is None:
            report.added += 1
            if file.path != STDIN:
                self._coming.setdefault(str(file.path), (file, []))[1].append(article.id)
        else:
            report.updated += 1
            report.replaced += article.id in self._replacing

    def _note(self, file: _File) -> None:
        """Keep in mind what is to be noted of a file all of whose articles are added."""
        if file.moved and file.before is not None:
            self._noted.append((file.before.path, self._moved[str(file.path)]))
            return
        self._tell(file)
        if file.path == STDIN:
            return
        before, status, content, skipped = file.before, file.status, file.content, file.reading.skipped
        if status is None or _looked_at(file.path, status)[0] != status:
            content = ""
        lost = (*before.ids, *before.former) if before else ()
        source = Source(
            path=str(file.path),
            size=status.st_size if status else -1,
            mtime=settled(status) if status and content else -1,
            hash=content,
            how=self._options.how,
            origin=file.origin,
            ids=tuple(file.ids),
            older=file.older,
            former=tuple(
                each
                for each in dict.fromkeys(lost)
                if each not in file.ids and self._transaction.fingerprint(each) is not None
            ),
            skipped=tuple(_left_out(each, file) for each in skipped[:NAMED]),
            left_out=dict(Counter(each.reason.kind for each in skipped)),
            guessed=tuple(dict.fromkeys(encoding for _, encoding in file.reading.guessed)),
            clutter=dict(file.reading.clutter),
            notes=tuple(_noted(each, file) for each in file.reading.notes[:NAMED]),
            partial=any(each.reason.unread for each in skipped),
            retry=any(each.reason.mendable for each in skipped),
        )
        self._noted.append((source.path, source))

    def _tell(self, file: _File) -> None:
        skipped, before = file.reading.skipped, file.before
        if before is not None and before.retry and not self._options.again and before.hash == file.content:
            # Retried in vain: an unchanged result is not reported again.
            known = Counter(before.skipped)
            for each in skipped:
                left = _left_out(each, file)
                if known[left]:
                    known[left] -= 1
                    self.report.skipped_before += 1
                else:
                    self.report.skipped.append(each)
            known_notes = set(before.notes)
            self.report.notes += [
                note for note in file.reading.notes if _noted(note, file) not in known_notes
            ]
        else:
            self.report.skipped += skipped
            self.report.notes += file.reading.notes
        for given, found in file.reading.mapped.items():
            self.report.mapped[given] = found or self.report.mapped.get(given, False)
        self.report.clutter.update(file.reading.clutter)
        self.report.guessed += file.reading.guessed

    def _prune(self) -> None:
        """Remove articles that are no longer in any file."""
        vanished = {source.path for source in self._changes.vanished}
        sources = self._manifest.sources
        left = {each for source in sources.values() if source.path not in vanished for each in source.ids}
        # What a file lost while it could not be read may be there still.
        shrunk = [source for source in self._seen_sources() if source.former and not source.partial]
        gone = {each for name in vanished for each in (*sources[name].ids, *sources[name].former)}
        gone.update(each for source in shrunk for each in source.former)
        left |= self._manifest.held_elsewhere(gone - left)
        if gone or vanished:
            self._manifest.begin_removal(sorted(gone - left), sorted(vanished))
            with self._transaction.writing():
                self._manifest.write()
        for each in self._transaction.looked_up(sorted(gone - left), str):
            self.report.removed += self._transaction.delete(each)
        self._noted += [(source.path, replace(source, former=())) for source in shrunk]
        cleared = {source.path for source in shrunk} | vanished
        self._noted += [
            (source.path, replace(source, former=tuple(each for each in source.former if each not in gone)))
            for source in sources.values()
            if source.path not in cleared and not gone.isdisjoint(source.former)
        ]
        if self.report.removed:
            # An article that had to stay out for one that is gone now.
            waiting = [source for source in sources.values() if source.left_out.get("id-taken")]
            self._noted += [
                (source.path, replace(source, mtime=-1, hash=""))
                for source in waiting
                if source.path not in vanished
            ]
        # Files are forgotten after the commit that removes their articles.
        self._transaction.commit()
        if gone or vanished:
            self._manifest.end_removal()


def _id_of(read: tuple[_File, Article | None]) -> str | None:
    """The id of an article that was read of a file."""
    return read[1].id if read[1] is not None else None


def _place(article: Article) -> tuple[str, int | None]:
    """Where an article was read: the file, and the number of the record."""
    path, _, number = article.path.rpartition("#")
    return (path, int(number)) if number.isdecimal() else (article.path, None)


def _file_of(path: str) -> str:
    """The file that an article's path, or a path in an archive, is of."""
    place = path.rpartition("#")[0] if path.rpartition("#")[2].isdecimal() else path
    while "!" in place and not os.path.lexists(place):
        place = place.rpartition("!")[0]
    return place


def _changed(path: str) -> int:
    """When a file was changed; 0 if it is not there."""
    try:
        return Path(path).stat().st_mtime_ns
    except (OSError, ValueError):
        return 0


def _shared(manifest: Manifest) -> frozenset[str]:
    """The ids that more than one file has."""
    seen: set[str] = set()
    shared: set[str] = set()
    for source in manifest.sources.values():
        for each in source.ids:
            (shared if each in seen else seen).add(each)
    return frozenset(shared)


def _conflict(article: Article, mine: _Version, other: _Version) -> Reason:
    return Reason.of(
        "id-taken",
        id=article.id,
        source=article.source,
        file=other.file,
        record=other.record,
        other=other.source,
    )


def nothing_done(changes: Changes, manifest: Manifest) -> UpdateReport:
    """The report of a plan with nothing to do."""
    report = _begun(changes)
    report.vanished = len(changes.vanished)
    # A file that was too new to be sure of may have become old enough since.
    known = changes.unchanged + changes.touched
    report.dropped = len(manifest.dropped(known))
    report.kept = len(manifest.kept(known))
    for source in known:
        report.unchanged += len(source.ids)
        report.skipped_before += _count(source)
    return report


def _begun(changes: Changes) -> UpdateReport:
    return UpdateReport(
        files=changes.files, skipped=list(changes.skipped), skipped_before=len(changes.skipped_before)
    )


def _count(source: Source) -> int:
    """How much was left out of a file that is not read again."""
    return sum(source.left_out.values())


def _left_out(skipped: Skipped, file: _File) -> LeftOut:
    """Something that was skipped in a file, as the manifest notes it."""
    return LeftOut(skipped.reason, skipped.number, skipped.path.removeprefix(readable_path(str(file.path))))


def _noted(note: Note, file: _File) -> Noted:
    """What is to be said of a file's articles, as the manifest notes it."""
    return Noted(note.reason, note.number, note.path.removeprefix(readable_path(str(file.path))), note.count)


def _looked_at(path: Path, only: os.stat_result | None = None) -> tuple[os.stat_result | None, str]:
    """How a file looks, and the hash of its content."""
    try:
        status = path.stat()
        if only is not None:
            same = (status.st_size, status.st_mtime_ns) == (only.st_size, only.st_mtime_ns)
            return only if same else status, ""
        return status, content_hash(path)
    except OSError:
        return None, ""
