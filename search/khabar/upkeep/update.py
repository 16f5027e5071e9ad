"""Brings an index up to date with files: reads new and changed ones, and removes the articles of deleted
ones.

An article keeps its id when its file is moved. Ids that are not given are made from the path of the file (see
:mod:`khabar.corpus.reading.finishing`), and the manifest records the path from which the ids of each file
were first made.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from itertools import chain

from msgspec.structs import replace

from khabar.corpus.article import Article
from khabar.corpus.names import readable_path
from khabar.corpus.reading.files import STDIN
from khabar.corpus.reading.reader import read_file
from khabar.corpus.reasons import Reason
from khabar.corpus.records.keeping import checked_keep
from khabar.corpus.report import Skipped
from khabar.index.records import short_fingerprint
from khabar.upkeep.changes import Changes, UpdateOptions, settled
from khabar.upkeep.closings import Closings
from khabar.upkeep.file_in_reading import FileInReading, looked_at
from khabar.upkeep.manifest import Manifest, Source
from khabar.upkeep.store import Transacting
from khabar.upkeep.update_report import UpdateReport, begun_report, count_known, left_out_of
from khabar.upkeep.versions import Version, conflict, file_of, place_of, when_changed
from khabar.upkeep.workers import EncodedArticle

__all__ = ["Update"]


_MOST_SEEN = 20_000
"""Articles, of 0.4 kB each, that a run remembers after they were committed."""
_MOST_WITHOUT_MEMORY = 20
"""Articles that a run leaves out for lack of memory before it ends with an error."""


class Update:
    """An update, under the index's write lock.

    Args:
        transaction: a transaction on the index, which holds its lock.
        manifest: the manifest of the index, read under the lock.
        changes: the changes to apply.
        options: the options with which they were found.
        batch: the number of articles for each commit; None commits once, at the end.
        committed: called after each commit.
        stored: gives an article of the index before the update, by its id.
        articles: gives all articles of some sources in the index at the last commit.
        closings: the closing lines of the index.
        progress: called with each article that is read.
        stop: called now and then; if it returns True, the update ends early with a commit.
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
        #: the old paths and the records of files whose articles the next commit completes
        self._noted: list[tuple[str, Source]] = []
        self._moved: dict[str, Source] = {}
        #: files with the ids of their new articles in the next commit, by path
        self._coming: dict[str, tuple[FileInReading, list[str]]] = {}
        #: the articles read in this run by id; after many, only those read since the last commit
        self._seen: dict[str, Version] = {}
        self._has_forgotten = False
        self._replacing: set[str] = set()
        #: the ids that occur in more than one file
        self._shared = _shared(manifest)
        #: the new paths of moved files by their old ones
        self._renamed = {readable_path(source.path): str(path) for source, path in changes.moved}
        self._origins = {source.origin for source in manifest.sources.values()}
        #: the articles that are being encoded, with fingerprints and files
        self._waiting: deque[tuple[Article, str, FileInReading]] = deque()
        #: the number of articles left out for lack of memory; None while other processes may be the reason
        self._without_memory: int | None = None
        self.report = begun_report(changes)

    def run(self) -> UpdateReport:
        """Apply the changes."""
        report, transaction = self.report, self._transaction
        count_known(report, self._changes, self._manifest)
        self._noted += [(source.path, source) for source in self._changes.touched]
        for path in self._changes.filled:
            self._manifest.put_place(path, None)
        for skipped in self._changes.skipped:
            self._manifest.put_place(skipped.path, skipped.reason)
        coming = chain(self._moves(), self._reads())
        articles: Iterator[Article] = coming
        while True:
            try:
                for encoded in transaction.encoded(articles):
                    self._take(encoded)
                break
            except MemoryError:
                articles = chain(self._retried(), coming)
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
        """Add the first of the waiting articles, which is now encoded."""
        transaction = self._transaction
        _, fingerprint, file = self._waiting[0]
        if file.moved:
            transaction.add(encoded, fingerprint)
        else:
            self._add(encoded, fingerprint, file)
        self._waiting.popleft()
        self._finish_one(file)
        self._pending += 1
        met = transaction.met
        file.met += met - self._met
        self._met = met
        if self._batch is not None and (self._pending >= self._batch or transaction.is_much):
            self._commit()

    def _finish_one(self, file: FileInReading) -> None:
        """Record that one of a file's articles is no longer waiting."""
        file.waiting -= 1
        if file.read and not file.waiting:
            self._note(file)

    def _retried(self) -> list[Article]:
        """The articles to encode again after memory was exhausted; those before them are committed. The first
        time these are all waiting articles, which are then encoded one by one in this process. After that,
        the first of them is the cause, and is left out.

        Raises:
            MemoryError: after too many times.
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
            file.reading.skip(*place_of(article), Reason.of("no-memory"))
            if self._transaction.fingerprint(article.id) is None:
                file.ids.pop(article.id, None)
            self._finish_one(file)
        else:
            raise MemoryError
        return [article for article, *_ in self._waiting]

    def _seen_sources(self) -> Iterator[Source]:
        """The records of the files that exist."""
        seen = {*self._changes.unchanged, *(source.path for source in self._changes.touched)}
        seen |= {str(path) for path in self._changes.read} | {str(path) for _, path in self._changes.moved}
        return (self._manifest.sources[name] for name in seen if name in self._manifest.sources)

    def _leave_out_closings(self) -> None:
        """Store the closing lines of this run, and remove new ones from earlier articles."""
        closings, transaction = self._closings, self._transaction
        closings.decide()
        with transaction.writing():
            closings.write()
        self.report.closings = +closings.left_out
        if not closings.news or self.report.stopped:
            return
        # Articles that a script added do not change.
        from_files = {each for source in self._manifest.sources.values() for each in source.ids}
        waiting: deque[str] = deque()

        def changed() -> Iterator[Article]:
            for article in self._articles_of_index(closings.news):
                if article.id in from_files:
                    stripped = closings.without(article)
                    if stripped is not article:
                        self.report.closings[article.source] += 1
                        waiting.append(stripped.fingerprint())
                        yield stripped

        pending = 0
        for encoded in transaction.encoded(changed()):
            transaction.add(encoded, waiting.popleft())
            pending += 1
            # Who is stopped in between finds the others the next time: the news are kept until all are done.
            if self._batch is not None and (pending >= self._batch or transaction.is_much):
                transaction.commit()
                self._committed()
                pending = 0
        transaction.commit()
        self._committed()
        closings.news.clear()
        with transaction.writing():
            closings.write()

    def _stopping(self) -> bool:
        self.report.stopped = self.report.stopped or self._stop()
        return self.report.stopped

    def _commit(self) -> None:
        """Commit: first record which articles may be in the index from then on, then commit these, then
        record that their files were read."""
        for file, ids in self._coming.values():
            self._manifest.put_more(str(file.path), file.origin, ids)
        self._coming.clear()
        with self._transaction.writing():
            self._manifest.write()
        self._transaction.commit()
        self._leave_out_refused()
        for _, source in self._noted:
            self._manifest.put(source)
        # The old path of a moved file is forgotten last: if only some of these lines reach the disk, its
        # articles are recorded twice, but not lost.
        now = {source.path for _, source in self._noted}
        for before in dict.fromkeys(before for before, _ in self._noted if before not in now):
            self._manifest.forget(before)
        with self._transaction.writing():
            self._manifest.write()
        self._noted.clear()
        self._pending = 0
        self._committed()
        if len(self._seen) > _MOST_SEEN:
            # They are in the index now, from which the few that matter are read.
            waiting = {article.id for article, *_ in self._waiting}
            self._seen = {each: version for each, version in self._seen.items() if each in waiting}
            self._has_forgotten = True

    def _leave_out_refused(self) -> None:
        """Report what the commit left out because another writer had added another article with its id. That
        article is not recorded with these files, so that their removal does not remove it."""
        refused = self._transaction.refused()
        for article, reason, is_new in refused:
            self.report.skipped.append(Skipped(*place_of(article), reason))
            if is_new:
                self.report.added -= 1
                self.report.undated -= article.published is None
            else:
                self.report.updated -= 1
        gone = {article.id for article, *_ in refused}
        if gone:
            self._noted = [
                (before, replace(source, ids=tuple(each for each in source.ids if each not in gone)))
                for before, source in self._noted
            ]

    def _moves(self) -> Iterator[Article]:
        """The articles of moved files, with their new path."""
        again = {str(path) for path in self._changes.read}
        for source, path in self._changes.moved:
            if self._stopping():
                return
            place, before = str(path), readable_path(source.path)
            file = FileInReading(path, source, moved=True)
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
                self.report.skipped_before += left_out_of(moved)

    def _reads(self) -> Iterator[Article]:
        """The articles of files to read that are new or changed."""
        current: FileInReading | None = None
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
                # The articles read so far are kept, and the file is read again the next time.
                self._report(file)
                return
            article = given if self._options.keep_closings else self._closings.without(given)
            fingerprint = article.fingerprint()
            if self._is_new(article, fingerprint, file):
                if not self._options.keep_closings:
                    self._closings.count(given, article)
                file.waiting += 1
                self._waiting.append((article, fingerprint, file))
                yield article

    def _opened(self) -> Iterator[tuple[FileInReading, Article | None]]:
        """The articles of the files to read, each with its file; None at the end of a file."""
        for path in self._changes.read:
            file = FileInReading(path)
            if path != STDIN:
                name = str(path)
                file.before = self._moved.get(name) or self._manifest.sources.get(name)
                file.status, file.content = looked_at(path)
                file.had = frozenset(file.before.ids) if file.before else frozenset()
                file.origin = file.before.origin if file.before else self._own_origin(name, file.content)
            for article in self._articles(file):
                if file.met > self._options.limits.vocabulary:
                    limit = self._options.limits.vocabulary
                    file.reading.skip(str(path), None, Reason.of("too-many-distinct", limit=limit))
                    break
                yield file, article
            yield file, None

    def _articles(self, file: FileInReading) -> Iterator[Article]:
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
        """The path from which a new file's ids are made: its own, unless a moved file had it before."""
        origin = name if name not in self._origins else f"{name}\x1f{content}"
        self._origins.add(origin)
        return origin

    def _is_new(self, article: Article, fingerprint: str, file: FileInReading) -> bool:
        """Whether an article must be indexed: it is new, or a newer version of one in the index."""
        known, now = self._transaction.fingerprint(article.id), short_fingerprint(fingerprint)
        # All articles of a file have the same name for it: the file system is asked only once.
        file.named = file.named or file_of(place_of(article)[0])
        changed = file.status.st_mtime_ns if file.status else time.time_ns()
        mine = Version.of(article, fingerprint, file.named, changed)
        other = self._version_elsewhere(mine, known, file)
        if other is not None:
            if not mine.is_same_article(other):
                file.reading.skip(*place_of(article), conflict(article, mine, other))
                return False
            older = file.before.older.get(article.id) if file.before else None
            # A change in another part of a file does not bring back an article of which another file has a
            # newer version.
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

    def _version_elsewhere(self, mine: Version, known: int | None, file: FileInReading) -> Version | None:
        """A different article with the same id from another file, in the index or read in this run."""
        if (seen := self._seen.get(mine.id)) is not None:
            return None if seen.fingerprint == mine.fingerprint or seen.file == mine.file else seen
        if known is None or known == short_fingerprint(mine.fingerprint):
            return None
        if mine.id in file.had and mine.id not in self._shared and not self._has_forgotten:
            return None
        stored = self._stored(mine.id)
        if stored is None:
            return None
        path = file_of(stored.path)
        path = self._renamed.get(path, path)
        if file.path != STDIN and path == mine.file:
            return None
        return Version.of(stored, stored.fingerprint(), file_of(place_of(stored)[0]), when_changed(path))

    def _add(self, encoded: EncodedArticle, fingerprint: str, file: FileInReading) -> None:
        report, transaction, article = self.report, self._transaction, encoded.article
        before = transaction.fingerprint(article.id)
        if before == short_fingerprint(fingerprint):
            report.unchanged += 1
        elif not transaction.add(encoded, fingerprint):
            file.reading.skip(*place_of(article), Reason.of("no-word"))
            if before is None:
                file.ids.pop(article.id, None)
        elif before is None:
            report.added += 1
            report.undated += article.published is None
            if file.path != STDIN:
                self._coming.setdefault(str(file.path), (file, []))[1].append(article.id)
        else:
            report.updated += 1
            report.replaced += article.id in self._replacing

    def _note(self, file: FileInReading) -> None:
        """Make the record of a file all of whose articles are added, for the next commit."""
        if file.moved and file.before is not None:
            self._noted.append((file.before.path, self._moved[str(file.path)]))
            return
        self._report(file)
        if file.path == STDIN:
            return
        source = file.noted(self._options.how, self._transaction.fingerprint)
        self._noted.append((source.path, source))

    def _report(self, file: FileInReading) -> None:
        """Add what was skipped in a file, and other notes, to the report."""
        skipped, before = file.reading.skipped, file.before
        if before is not None and before.retry and not self._options.again and before.hash == file.content:
            # A retry: what is unchanged is not reported again.
            known = Counter(before.skipped)
            for each in skipped:
                left = file.left_out(each)
                if known[left]:
                    known[left] -= 1
                    self.report.skipped_before += 1
                else:
                    self.report.skipped.append(each)
            known_notes = set(before.notes)
            self.report.notes += [note for note in file.reading.notes if file.note(note) not in known_notes]
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
        # The former articles of a file that could not be read completely may still be in it.
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
            # Files with an article that was left out, as its id was taken by one that may be gone now.
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


def _id_of(read: tuple[FileInReading, Article | None]) -> str | None:
    """The id of an article read from a file."""
    return read[1].id if read[1] is not None else None


def _shared(manifest: Manifest) -> frozenset[str]:
    """The ids that occur in more than one file."""
    seen: set[str] = set()
    shared: set[str] = set()
    for source in manifest.sources.values():
        for each in source.ids:
            (shared if each in seen else seen).add(each)
    return frozenset(shared)
