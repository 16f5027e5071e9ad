"""Tests of the battery that an index on a cluster cannot pass, and why."""

from __future__ import annotations

__all__ = ["EXCEPTIONS"]

#: A test of tests/conformance or tests/explore, as file and function → why it fails on a cluster. A test that
#: no longer fails there fails the battery (xfail, strict), so that its line is removed.
EXCEPTIONS: dict[str, str] = {
    # Lucene counts removed articles in word frequencies until their segment is merged.
    "test_commits.test_any_history_gives_what_its_outcome_gives": (
        "frequencies count what was removed until the cluster merges its segments, and scores depend on them"
    ),
    "test_scores.test_scores_after_many_commits_replacements_and_removals": (
        "frequencies count what was removed until the cluster merges its segments, and scores depend on them"
    ),
    "test_complete.test_removed_articles_are_forgotten": (
        "frequencies count what was removed until the cluster merges its segments: its words are offered"
    ),
    "test_commits.test_a_reader_keeps_its_commit": (
        "a cluster shows what was refreshed last; to keep an older state open costs it memory for each client"
    ),
    "test_commits.test_a_search_during_a_transaction_sees_the_state_before": (
        "articles are looked up some hundred at a time: they are taken before the batch before is committed"
    ),
    "test_writers.test_waiting_is_rewarded": (
        "there is no lock to wait for: two writers write at once, and the first with an article wins"
    ),
    "test_adding.test_very_long_words": (
        "of a word of thousands of letters a cluster keeps the beginning: it is found as typed, and not by "
        "letters in common"
    ),
}
