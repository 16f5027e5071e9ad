"""Whatever is in an article, a file's name, a query or a setting: it comes out as text, from every command in
every format. Not as a command to a terminal, not as an order of letters, not as markup, not as a formula.
"""

import csv
import io
import json
import os
import re
from html.parser import HTMLParser

import click
import pytest
from click.testing import CliRunner

from khabar.cli.group import COMMANDS, khabar
from khabar.corpus.article import Article
from khabar.library import open_index
from khabar.spelling import UNSAFE

pytestmark = pytest.mark.skipif(os.name == "nt", reason="such names of files cannot be made there")

#: Commands to a terminal in 7 and 8 bits, an address of OSC 8, orders of letters, markup of pages and of
#: rich, and a line of its own.
HOSTILE = (
    "\x1b[31m\x1b]0;t\x07\x1b]8;;http://x.example\x1b\\\x9b2J\x9d0;t\x9c\x08\x7f\u202e\u2067\u2028"
    "<i onclick=pwned>[bold]pwned[/bold]\r\nforged: 1"
)
#: The same in the name of a file, where it cannot have a slash.
NAME = HOSTILE.replace("/", "|")
FORMULAS = ("=1+1", "＝1+1", "＋1", "－1", "＠SUM(A1)", "\t=1", "\u200e=1")
TEXT = "وصل الوزير لافروف إلى الميناء القديم في بيروت يوم 7 أكتوبر 2023 والتقى عبد الله النائب هناك"

#: Spans of tags that a page of ours has.
TAGS = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "h1",
    "h2",
    "h3",
    "section",
    "article",
    "figure",
    "p",
}
TAGS |= {
    "div",
    "span",
    "i",
    "b",
    "bdi",
    "mark",
    "a",
    "ol",
    "ul",
    "li",
    "dl",
    "dt",
    "dd",
    "details",
    "summary",
}
TAGS |= {
    "blockquote",
    "ins",
    "del",
    "p",
    "figcaption",
    "table",
    "tr",
    "th",
    "td",
    "svg",
    "path",
    "rect",
    "line",
    "br",
}

#: What is typed at the prompt.
_SAID = HOSTILE.replace("\r\n", "")
TYPED = f"لافروف {_SAID}\n:{_SAID}\n:open {_SAID}\nلافروف\n:open 1\n:related 1\n:facets\n:timeline\n"
TYPED += f":why {_SAID}\n"

#: Each command with what is typed: every text of it is hostile, too. «{index}» and «{news}» are folders.
LINES = {
    "index": [
        ["index", "{news}", "--reread", "-v", "--index", "{index}"],
        ["index", "{news}", "--index", "{index}", "--set", f"source={HOSTILE}", "-v"],
        ["index", HOSTILE.replace("\0", ""), "--index", "{index}"],
    ],
    "search": [
        ["search", "لافروف", "--legend", "--index", "{index}"],
        ["search", "لافروف", "--explain", "--index", "{index}"],
        ["search", f'لافروف source:"{HOSTILE}" nofield:{HOSTILE} "{HOSTILE}', "--index", "{index}"],
        ["search", "لافروف", "--group", "story", "--source", HOSTILE, "--index", "{index}"],
    ],
    "show": [["show", "{id}", "--index", "{index}"], ["show", HOSTILE, "--index", "{index}"]],
    "export": [["export", "لافروف", "--index", "{index}"], ["export", HOSTILE, "--index", "{index}"]],
    "desk": [
        ["desk", "star", "{id}", HOSTILE, "--index", "{index}"],
        ["desk", "note", "{id}", HOSTILE, "--index", "{index}"],
        ["desk", "add", HOSTILE, "{id}", "--index", "{index}"],
        ["desk", "list", "--index", "{index}"],
        ["desk", "list", HOSTILE, "--index", "{index}"],
        ["desk", "list", f"{HOSTILE}2", "--index", "{index}"],
        ["desk", "lists", "--index", "{index}"],
        ["desk", "remove", HOSTILE, HOSTILE, "--index", "{index}"],
        ["desk", "export", "--index", "{index}"],
        ["desk", "import", "-", "--index", "{index}"],
    ],
    "alert": [
        ["alert", "add", HOSTILE, "لافروف", HOSTILE, "--current", "--index", "{index}"],
        ["alert", "add", f"{HOSTILE}2", "لافروف", "--current", "--index", "{index}"],
        ["alert", "list"],
        ["alert", "run", "--keep"],
        ["alert", "run", HOSTILE, "--keep"],
        ["alert", "remove", f"{HOSTILE}3"],
    ],
    "shell": [["shell", "--index", "{index}"]],
    "facets": [
        ["facets", "لافروف", "--all-values", "--index", "{index}"],
        ["facets", "لافروف", HOSTILE, "--any", "--index", "{index}"],
    ],
    "timeline": [
        ["timeline", "لافروف", "--by", "day", "--index", "{index}"],
        ["timeline", HOSTILE, "--index", "{index}"],
    ],
    "names": [["names", "لافروف", "--index", "{index}"], ["names", HOSTILE, "--index", "{index}"]],
    "terms": [["terms", "لافروف", "--index", "{index}"], ["terms", HOSTILE, "--index", "{index}"]],
    "related": [
        ["related", "{id}", "--copies", "--index", "{index}"],
        ["related", HOSTILE, "--index", "{index}"],
    ],
    "complete": [["complete", "لا", "--index", "{index}"], ["complete", HOSTILE, "--index", "{index}"]],
    "why": [["why", "لافروف", "--index", "{index}"], ["why", HOSTILE, "--index", "{index}"]],
    "info": [["info", "--texts", "--index", "{index}"], ["info", "--index", HOSTILE.replace("/", "|")]],
    "indexes": [
        ["config", "set", f"archives.{HOSTILE.replace('/', '|')}", HOSTILE],
        ["indexes"],
        ["indexes", "use", HOSTILE],
        ["search", "لافروف", "--index", "{index}", "--index", HOSTILE],
    ],
    "remove": [
        ["remove", "{id}", "--dry-run", "-v", "--index", "{index}"],
        ["remove", "-q", f"لافروف nofield:{HOSTILE}", "--dry-run", "--any", "--index", "{index}"],
        ["remove", HOSTILE, "--dry-run", "--index", "{index}"],
        ["remove", "--path", "{news}", "--source", HOSTILE, "--dry-run", "--index", "{index}"],
    ],
    "check": [["check", "--index", "{index}"], ["check", "--index", HOSTILE]],
    "rebuild": [["rebuild", "--index", "{index}"], ["rebuild", "--index", HOSTILE]],
    "analyze": [["analyze", HOSTILE, "لافروف"]],
    "read": [["read", "{news}"], ["read", HOSTILE]],
    "eval": [["eval", "{collection}"], ["eval", HOSTILE]],
    "config": [
        ["config", "show"],
        ["config", "set", HOSTILE, HOSTILE],
        ["config", "set", "theme", HOSTILE],
        ["config", "unset", HOSTILE],
    ],
    "completion": [["completion", HOSTILE]],
    # Of a server only what keeps it from starting: tests/web has the rest.
    "serve": [
        ["serve", "--host", HOSTILE],
        ["serve", "--token", HOSTILE, "--host", "nowhere.invalid"],
        ["serve", "--allow-host", HOSTILE, "--host", HOSTILE],
    ],
    "mcp": [["mcp", HOSTILE]],
    "plugins": [["plugins"], ["plugins", HOSTILE]],
    "meaning": [
        ["meaning", HOSTILE],
        ["meaning", "models"],
        ["meaning", "models", "--model", HOSTILE],
        ["meaning", "install", HOSTILE],
        ["meaning", "remove", HOSTILE],
    ],
    "words": [
        ["words", "show"],
        ["words", "show", HOSTILE],
        ["words", "add", HOSTILE],
        ["words", "remove", f"لافروف = {HOSTILE}"],
        ["words", "check", HOSTILE],
        ["words", "path"],
    ],
    "man": [["man", HOSTILE], ["man", "search", HOSTILE], ["man", "--install", HOSTILE, "search"]],
    "help": [["help", HOSTILE], [HOSTILE], [f"--{HOSTILE}"], ["search", f"--{HOSTILE}"]],
}
LINES |= {
    "quote": [
        ["quote", TEXT, "--similarity", "0.2", "--index", "{index}"],
        ["quote", f"{TEXT} {HOSTILE}", "--index", "{index}"],
        ["quote", HOSTILE, "--source", HOSTILE, "--index", "{index}"],
    ],
    "batch": [
        ["batch", "-", "--index", "{index}"],
        ["batch", "-", "--as", "query", "--articles", "--index", "{index}"],
        ["batch", "{table}", "--index", "{index}"],
        ["batch", HOSTILE, "--column", HOSTILE, "--index", "{index}"],
    ],
}
ALL_LINES = [(name, line) for name, lines in LINES.items() for line in lines]


def formats_of(line):
    """The formats of a command; [None] if it has one only."""
    command = khabar
    ctx = click.Context(khabar)
    for word in line[:2]:
        if isinstance(command, click.Group):
            command = command.get_command(ctx, word) or command
    for parameter in command.params:
        if parameter.name == "style":
            return list(parameter.type.choices)
    return [None]


def record(number, **more):
    """A record with something hostile in every field."""
    said = f"{HOSTILE} {number}"
    # The lines of a text are lines.
    text = said.replace("\r\n", " ")
    return {
        "id": f"{said} =1",
        "title": f"{FORMULAS[number % len(FORMULAS)]} {said} لافروف يصل رقم {number}",
        "text": f"{TEXT} {text} {number}\n\n{TEXT} {number * 7}\n\n{text} رابط الخبر بصحيفة الوادي",
        "source": f"{FORMULAS[number % 3]}{HOSTILE} {number % 3}",
        "author": f"{FORMULAS[number % 2]}{HOSTILE}",
        "url": f"https://x.example/{number}?{HOSTILE}",
        "date": f"2024-03-{number + 1:02d}T10:00:00+03:00" if number % 2 else f"يوم {HOSTILE}",
        f"key{HOSTILE}": f"{HOSTILE} {TEXT * 4}",
        **more,
    }


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A folder of news with all this, an index of it, a collection, and a home."""
    folder = tmp_path_factory.mktemp("hostile")
    news = folder / f"n{NAME}"
    news.mkdir()
    lines = [json.dumps(record(number)) for number in range(8)]
    # Left out, each with a reason that quotes something: versions of one id, what is no object, broken JSON.
    lines += [json.dumps(record(1, title="خبر آخر", text="نص آخر عن القمح", source=f"x{HOSTILE}", url=""))]
    lines += [json.dumps([HOSTILE]), json.dumps({f"k{HOSTILE}": HOSTILE}), '{"title": "' + HOSTILE]
    lines += [json.dumps(record(9, date="03/04/2024", type=HOSTILE, status=HOSTILE))]
    (news / f"a{NAME}.jsonl").write_text("\n".join(lines), encoding="utf-8", newline="\n")
    (news / f"b{NAME}.csv").write_text(f'"{HOSTILE}","=1"\n"{HOSTILE}",2\n', encoding="utf-8")
    (news / f"c{NAME}.zip").write_bytes(b"PK\x03\x04 nothing")
    (news / f"d{NAME}.xyz").write_bytes(b"\0\1")
    (news / f"e{NAME}.txt").write_text(f"{HOSTILE}\n\n{TEXT} {HOSTILE}\n", encoding="utf-8")
    (news / f"f{NAME}.html").write_text(f"<title>{HOSTILE}</title><p>{TEXT} {HOSTILE}</p>", encoding="utf-8")
    (news / f"g{NAME}.md").write_text(f"---\ntitle: {HOSTILE}\n---\n{TEXT}", encoding="utf-8")
    (news / f"h{NAME}").symlink_to(folder)
    collection = folder / f"c{NAME}"
    collection.mkdir()
    (collection / "queries.tsv").write_text("1\tلافروف \x1b[31m\u202e<i>\n", encoding="utf-8")
    (collection / "qrels.txt").write_text("1 0 \x1b[31m\u202e<i> 1\n", encoding="utf-8")
    document = {"id": "\x1b[31m\u202e<i>", "title": HOSTILE, "text": f"{TEXT} {HOSTILE}"}
    (collection / "corpus.jsonl").write_text(json.dumps(document) + "\n", encoding="utf-8")
    index = folder / f"i{NAME}"
    done = CliRunner().invoke(khabar, ["index", str(news), "--index", str(index)])
    assert done.exit_code == 1, done.output
    # From files ids come cleaned; not so from the library.
    identifier = f"{HOSTILE}id"
    said = (f"{TEXT} {HOSTILE}", f"{HOSTILE} {TEXT}")
    with open_index(index) as opened:
        opened.add(
            [
                Article(
                    identifier,
                    HOSTILE,
                    said,
                    source=HOSTILE,
                    author=HOSTILE,
                    url=HOSTILE,
                    path=HOSTILE,
                    section=HOSTILE,
                    tags=(HOSTILE, "=1+1"),
                )
            ]
        )
        assert opened.article(identifier)
    settings = folder / f"s{NAME}.toml"
    quoted = json.dumps(HOSTILE)
    settings.write_text(f"{quoted} = 1\n[aliases]\n{quoted} = {quoted}\n[search]\n{quoted} = 2\n")
    table = folder / f"t{NAME}.csv"
    table.write_text(f'"{HOSTILE}","=1"\n"لافروف {HOSTILE}","=2"\n"=1+1",3\n', encoding="utf-8")
    return {
        "table": table,
        "news": news,
        "index": index,
        "collection": collection,
        "id": identifier,
        "settings": settings,
    }


class Page(HTMLParser):
    """The tags and attributes of a page, and its text."""

    def __init__(self):
        super().__init__()
        self.tags = []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))


def harmless(shown, style):
    """Whether nothing in an output does anything."""
    lines = re.sub("[\n\t]", "", shown) if style != "jsonl" else shown.replace("\n", "")
    found = UNSAFE.findall(lines)
    assert not found, (found[:5], shown[max(0, shown.find(found[0]) - 80) :][:160])
    if style == "html":
        page = Page()
        page.feed(shown)
        for tag, attributes in page.tags:
            assert tag in TAGS and not any(name.startswith("on") for name in attributes), (tag, attributes)
            assert attributes.get("href", "http").startswith("http")
    elif style == "json":
        json.loads(shown)
    elif style == "jsonl":
        for line in shown.splitlines():
            json.loads(line)
    elif style == "csv":
        for row in csv.reader(io.StringIO(shown, newline="")):
            for cell in row:
                bare = re.sub("[\u200e\u200f\ufeff]", "", cell).lstrip()
                assert not re.match("[=+@＝＋＠－]|-(?![0-9.]+$)", bare), cell
    elif style == "plain":
        # (In rich output such a line may begin where a longer one was wrapped.)
        assert not [line for line in shown.split("\n") if line.startswith("forged")]


def test_every_command_is_here():
    assert set(LINES) == set(COMMANDS)


@pytest.mark.parametrize(("name", "line"), ALL_LINES, ids=[f"{n}-{i}" for i, (n, _) in enumerate(ALL_LINES)])
def test_nothing_comes_out_as_such(run, hostile, monkeypatch, name, line):
    for setting in (False, True):
        if setting:
            monkeypatch.setenv("KHABAR_CONFIG", str(hostile["settings"]))
            monkeypatch.setenv("KHABAR_THEME", HOSTILE) if name == "config" else None
        if line[0] == "alert":
            # The second time it is there.
            added = run(*LINES["alert"][1][:5], "--index", hostile["index"])
            assert added.exit_code == (2 if setting else 0), added.output
        for style in formats_of(line):
            for language in ("en", "ar") if style in (None, "rich", "plain", "html") else ("ar",):
                args = [word.format(**hostile) if word.startswith("{") else word for word in line]
                args += ["--format", style] if style else []
                monkeypatch.setenv("KHABAR_LANG", language)
                result = run(*args, stdin=TYPED)
                assert result.exit_code in (0, 1, 2, 3), (result.output, result.exception)
                harmless(result.stderr, "plain")
                # One that ends with an error has shown nothing.
                ok = result.exit_code in (0, 1) and result.stdout
                many = line[0] == "shell"
                harmless(result.stdout, style if (ok and not many) or style == "rich" else "plain")


@pytest.mark.parametrize("line", [LINES["search"][0], LINES["info"][0], LINES["show"][0], LINES["facets"][0]])
def test_on_a_terminal(hostile, on_terminal, line):
    args = [word.format(**hostile) if word.startswith("{") else word for word in line]
    shown = on_terminal(*args, rows=1000, KHABAR_NO_PAGER="1")
    # Colours are khabar's own.
    # Colours, and links: of what they lead to, only the signs of an address are left.
    ours = r"\x1b\[[\d;]*m|\x1b\]8;(?:id=[\d-]+)?;[!-~]*\x1b\\"
    harmless(re.sub(ours, "", shown), "rich")
    assert "[bold]" in re.sub(rf"{ours}|\s", "", shown)
