"""``-o FILE``: the suffix chooses the format, and the file is whole or not there."""

import csv
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from khabar.render.files import write_file


def format_of(path):
    """What is in a file, by its content."""
    text = path.read_bytes().decode("utf-8-sig")
    if text.startswith("<!DOCTYPE html>"):
        return "html"
    if text.startswith("{\n") or text.startswith("["):
        return "json"
    if text.startswith("{"):
        return "jsonl"
    return "csv" if text.startswith("rank,") else "plain"


@pytest.mark.parametrize("command", ["search", "export"])
@pytest.mark.parametrize(
    ("name", "style"),
    [
        ("x.csv", "csv"),
        ("x.json", "json"),
        ("x.jsonl", "jsonl"),
        ("x.ndjson", "jsonl"),
        ("x.HTML", "html"),
        ("x.htm", "html"),
        ("x.txt", "plain"),
        (".csv", "csv"),
    ],
)
def test_the_suffix_chooses_the_format(run, built, tmp_path, command, name, style):
    result = run(command, "لافروف", "-o", tmp_path / name, "--index", built)
    assert (result.exit_code, result.stdout) == (0, "")
    assert f"written to {tmp_path / name} ({style})" in result.stderr
    assert format_of(tmp_path / name) == style


@pytest.mark.parametrize(
    "line",
    [
        *("facets لافروف", "timeline لافروف", "terms لافروف", "related lavrov", "show lavrov", "why لافروف"),
        *("complete لا", "info", "analyze غزة", "alert list", "config show"),
    ],
)
def test_every_command_with_a_result_writes_it_to_a_file(run, built, tmp_path, line):
    args = line.split()
    index = [] if args[0] in ("analyze", "alert", "config") else ["--index", built]
    result = run(*args, "-o", tmp_path / "x.json", *index)
    assert result.stdout == "" and f"written to {tmp_path / 'x.json'} (json)" in result.stderr
    assert isinstance(json.loads((tmp_path / "x.json").read_text(encoding="utf-8")), dict)
    assert run(*args, "-o", tmp_path / "x.csv", "--format", "json", *index).exit_code == 2


@pytest.mark.parametrize(
    ("args", "style"),
    [
        (["-o", "x"], "plain"),
        (["-o", "x", "--format", "csv"], "csv"),
        (["-o", "x.txt", "--format", "csv"], "csv"),
        (["-o", "x.log", "--format", "json"], "json"),
        (["-o", "x.csv", "--format", "csv"], "csv"),
        (["-o", "x", "--open"], "html"),
    ],
)
def test_format_and_suffix(run, built, args, style):
    assert run("search", "لافروف", *args, "--index", built).exit_code == 0
    assert format_of(Path(args[1])) == style


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["-o", "x.csv", "--format", "json"], "--format json and the suffix of x.csv do not agree"),
        (["-o", "x.xlsx"], "«.xlsx» is not a known format here"),
        (["-o", "none/x.csv"], "there is no folder «none»"),
        (["-o", "x.csv", "--open"], "--open makes a page"),
        (["-o", "."], "is a directory"),
        (["-o", "x.csv", "--format", "json", "--lang", "ar"], "لا يتفق --format json"),
    ],
)
def test_what_cannot_be_meant_is_wrong_usage(run, built, args, said):
    result = run("search", "لافروف", *args, "--index", built)
    assert (result.exit_code, result.stdout) == (2, "") and said in result.stderr.replace("\u200e", "")
    assert not Path("x.csv").exists() and not Path("x.xlsx").exists()


def test_a_format_that_the_command_has_not(run, news, tmp_path):
    result = run("index", news, "--index", tmp_path / "i", "-o", "x.csv")
    assert result.exit_code == 2 and ".json, .html" in result.stderr
    assert not (tmp_path / "i").exists()
    assert run("index", news, "--index", tmp_path / "i", "-o", "x.json", "--watch").exit_code == 2


def test_the_suffix_goes_before_settings(run, built, monkeypatch):
    monkeypatch.setenv("KHABAR_FORMAT", "json")
    assert run("search", "لافروف", "-o", "x.csv", "--index", built).exit_code == 0
    assert format_of(Path("x.csv")) == "csv"


def test_a_dash_is_stdout(run, built):
    result = run("search", "لافروف", "-o", "-", "--format", "jsonl", "--index", built)
    assert result.stdout.count("\n") == 2 and not Path("-").exists()


def test_export_sorts_limits_and_groups(run, built):
    def ids(*args):
        lines = run("export", "+وزير~", *args, "--index", built).stdout.splitlines()
        return [json.loads(line)["article"]["id"] for line in lines]

    assert sorted(ids()) == ["lavrov", "oil"]
    assert ids("--sort", "newest") == ["oil", "lavrov"]
    assert len(ids("-n", "1")) == 1
    # With paragraphs as hits an article may come more than once.
    lines = run("export", "النفط السوق", "--group", "none", "--index", built).stdout.splitlines()
    assert [json.loads(line)["article"]["id"] for line in lines] == ["oil", "oil"]
    assert len({json.loads(line)["paragraph"]["number"] for line in lines}) == 2


def test_export_as_an_array(run, built):
    found = run("export", "لافروف", "--format", "json", "--index", built).stdout
    lines = run("export", "لافروف", "--index", built).stdout
    assert json.loads(found) == [json.loads(line) for line in lines.splitlines()]
    assert json.loads(run("export", "بطاريق", "--format", "json", "--index", built).stdout) == []


def test_a_page_has_no_whole_texts(run, built):
    result = run("export", "لافروف", "--text", "-o", "x.html", "--index", built)
    assert result.exit_code == 2 and "--text" in result.stderr and not Path("x.html").exists()


def broken():
    yield "first"
    raise RuntimeError("half way")


def test_a_file_is_whole_or_as_it_was(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text("old\n")
    path.chmod(0o600)
    with pytest.raises(RuntimeError):
        write_file(path, broken())
    assert path.read_text() == "old\n" and [*tmp_path.iterdir()] == [path]
    write_file(path, ["new"])
    assert path.read_text() == "new\n" and [*tmp_path.iterdir()] == [path]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real.txt").write_text("old\n")
    (tmp_path / "link.txt").symlink_to("real.txt")
    write_file(tmp_path / "link.txt", ["new"])
    assert (tmp_path / "link.txt").is_symlink() and (tmp_path / "real.txt").read_text() == "new\n"


def test_a_link_to_nothing_makes_what_it_leads_to(tmp_path):
    (tmp_path / "link.txt").symlink_to("real.txt")
    write_file(tmp_path / "link.txt", ["new"])
    assert (tmp_path / "link.txt").is_symlink() and (tmp_path / "real.txt").read_text() == "new\n"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["link.txt", "real.txt"]


@pytest.mark.parametrize("target", ["loop.txt", "none/x.txt"])
def test_an_error_names_the_path_that_was_given(tmp_path, target):
    path = tmp_path / "loop.txt"
    path.symlink_to(target)
    with pytest.raises(OSError) as error:
        write_file(path, ["new"])
    assert error.value.filename == str(path) and error.value.strerror
    assert [*tmp_path.iterdir()] == [path]


def test_an_error_of_what_is_written_is_not_blamed_on_the_file(tmp_path):
    def lines():
        yield "first"
        raise OSError(5, "Input/output error", "postings")

    with pytest.raises(OSError) as error:
        write_file(tmp_path / "x.txt", lines())
    assert error.value.filename == "postings" and not [*tmp_path.iterdir()]


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX modes")
@pytest.mark.parametrize("mask", [0o022, 0o077, 0o027])
def test_a_new_file_has_the_mode_of_the_umask(tmp_path, mask):
    before = os.umask(mask)
    try:
        write_file(tmp_path / "x.txt", ["new"])
    finally:
        os.umask(before)
    assert (tmp_path / "x.txt").stat().st_mode & 0o777 == 0o666 & ~mask


def test_a_file_with_two_names_keeps_both(tmp_path):
    path, other = tmp_path / "x.txt", tmp_path / "y.txt"
    path.write_text("old, and longer\n")
    os.link(path, other)
    write_file(path, ["new"])
    assert path.samefile(other) and other.read_text() == "new\n"
    with pytest.raises(RuntimeError):
        write_file(path, broken())
    assert other.read_text() == "new\n" and len([*tmp_path.iterdir()]) == 2


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
def test_a_file_keeps_its_owner(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text("old\n")
    path.chmod(0o640)
    os.chown(path, 12345, 54321)
    write_file(path, ["new"])
    found = path.stat()
    assert (found.st_uid, found.st_gid, found.st_mode & 0o777) == (12345, 54321, 0o640)
    assert path.read_text() == "new\n" and [*tmp_path.iterdir()] == [path]


def test_a_file_can_be_written_where_no_file_can_be_made(tmp_path, monkeypatch):
    path = tmp_path / "x.txt"
    path.write_text("old\n")
    real = os.open

    def refusing(name, flags, *mode, **rest):
        if Path(name).parent == tmp_path and flags & os.O_CREAT:
            raise PermissionError(13, "Permission denied", str(name))
        return real(name, flags, *mode, **rest)

    monkeypatch.setattr(os, "open", refusing)
    write_file(path, ["new"])
    assert path.read_text() == "new\n"
    with pytest.raises(PermissionError, match=r"y\.txt"):
        write_file(tmp_path / "y.txt", ["new"])


def test_a_file_that_may_not_be_written_stays(tmp_path, monkeypatch):
    path = tmp_path / "x.txt"
    path.write_text("old\n")
    path.chmod(0o400)
    # For root the system allows everything.
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(PermissionError, match=r"x\.txt"):
        write_file(path, ["new"])
    assert path.read_text() == "old\n" and [*tmp_path.iterdir()] == [path]


def test_names_of_temporary_files_cannot_be_foreseen(tmp_path):
    seen = set()

    def lines():
        seen.update(each.name for each in tmp_path.iterdir())
        yield "new"

    for _ in range(20):
        write_file(tmp_path / "x.txt", lines())
    assert len(seen - {"x.txt"}) == 20


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_written_to_and_stays(tmp_path):
    pipe = tmp_path / "x.jsonl"
    os.mkfifo(pipe)
    (tmp_path / "link").symlink_to(pipe)
    for path in (pipe, tmp_path / "link"):
        got = []
        reader = threading.Thread(target=lambda: got.append(pipe.read_text()))  # noqa: B023
        reader.start()
        write_file(path, ["new"])
        reader.join()
        assert got == ["new\n"] and pipe.is_fifo()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["link", "x.jsonl"]


def test_a_folder_is_never_replaced(tmp_path):
    (tmp_path / "x").mkdir()
    with pytest.raises(OSError, match="x"):
        write_file(tmp_path / "x", ["new"])
    assert [*tmp_path.iterdir()] == [tmp_path / "x"] and not [*(tmp_path / "x").iterdir()]


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="no such device here")
def test_the_standard_output_by_its_name(process, built, tmp_path):
    args = ["export", "لافروف", "--index", built, "--format", "jsonl", "-o", "/dev/stdout"]
    piped = process(*args)
    assert piped.returncode == 0 and len(piped.stdout.splitlines()) == 2
    with (tmp_path / "out").open("w") as file:
        subprocess.run([sys.executable, "-m", "khabar", *map(str, args)], stdout=file, check=True)
    assert len((tmp_path / "out").read_text().splitlines()) == 2


@pytest.mark.skipif(not Path(os.devnull).is_char_device(), reason="no such device here")
def test_a_device_is_written_to(tmp_path):
    write_file(Path(os.devnull), ["x"])
    assert Path(os.devnull).is_char_device()


def test_a_spreadsheet_reads_the_rows(run, built):
    run("facets", "لافروف", "--by", "source", "-o", "x.csv", "--index", built)
    raw = Path("x.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert len([*csv.DictReader(raw.decode("utf-8-sig").splitlines())]) == 2


def test_read_writes_to_a_file(run, news):
    result = run("read", news, "-o", "x.jsonl")
    assert (result.exit_code, result.stdout, result.stderr) == (
        0,
        "",
        "khabar: 4 articles written to x.jsonl (jsonl)\n",
    )
    assert Path("x.jsonl").read_text(encoding="utf-8") == run("read", news).stdout
    assert run("read", news, "-o", "x.csv").exit_code == 2
