"""Pages on disk and on standard input, and how names lead to sources."""

from __future__ import annotations

import io
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from detector.sources import ERROR_NAMES, Document, SourceError, SourceOptions, open_sources


def read(*names: object, **options: object) -> list[Document]:
    return list(open_sources([str(name) for name in names], SourceOptions(**options)))  # type: ignore[arg-type]


def errors(documents: list[Document]) -> list[str | None]:
    return [document.error.name if document.error else None for document in documents]


@pytest.fixture
def web_root(tmp_path: Path) -> Path:
    for name in ("index.html", "b/page.HTM", "b/note.txt", "a/x.php", "a/logo.png", ".git/HEAD.html", "c/node_modules/m/readme.md"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return tmp_path


class TestAFile:
    def test_is_one_page_with_its_path_for_a_name(self, tmp_path: Path) -> None:
        path = tmp_path / "page.bin"  # whatever its suffix, it was asked for
        path.write_bytes(b"\xff\x00<p>")
        assert read(path) == [Document(str(path), b"\xff\x00<p>")]

    def test_above_the_limit_is_cut_and_told(self, tmp_path: Path) -> None:
        path = tmp_path / "a.html"
        path.write_bytes(b"x" * 101)
        assert read(path, max_bytes=101) == [Document(str(path), b"x" * 101)]
        (cut,) = read(path, max_bytes=100)
        assert (cut.content, errors([cut])) == (b"x" * 100, ["too-large"])

    def test_that_cannot_be_read_is_a_named_error_and_the_others_follow(self, tmp_path: Path) -> None:
        good = tmp_path / "a.html"
        good.write_bytes(b"<p>")
        assert errors(read(tmp_path / "none.html", f"{good}/below", "with\0nul", "x" * 5000, good)) == [
            "not-found",
            "not-found",
            "not-found",
            "unreadable",
            None,
        ]

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
    def test_without_permission_is_unreadable(self, tmp_path: Path) -> None:
        path = tmp_path / "a.html"
        path.write_bytes(b"<p>")
        path.chmod(0)
        assert errors(read(path)) == ["unreadable"]

    def test_without_end_is_read_to_the_limit(self) -> None:
        (document,) = read("/dev/zero", max_bytes=1000)
        assert (len(document.content), errors([document])) == (1000, ["too-large"])

    def test_with_a_name_that_would_steer_a_terminal_is_named_with_escapes(self, tmp_path: Path) -> None:
        path = tmp_path / "a\x1b[2J\u202egpj.html"
        path.write_bytes(b"<p>")
        raw = os.fsencode(tmp_path) + b"/\xff.html"
        Path(os.fsdecode(raw)).write_bytes(b"<p>raw")
        first, second = read(tmp_path)
        assert first.name.endswith("a\\x1b[2J\\u202egpj.html")
        assert (second.name.endswith("\\udcff.html"), second.content) == (True, b"<p>raw")


class TestAFolder:
    def names(self, root: Path, **options: object) -> list[str]:
        return [Path(document.name).relative_to(root).as_posix() for document in read(root, **options)]

    def test_gives_its_pages_in_order_without_what_is_never_a_page(self, web_root: Path) -> None:
        assert self.names(web_root) == ["index.html", "a/x.php", "b/note.txt", "b/page.HTM"]

    def test_can_be_narrowed_and_widened_by_patterns(self, web_root: Path) -> None:
        assert self.names(web_root, include=("*.png", "/b/**")) == ["a/logo.png", "b/note.txt", "b/page.HTM"]
        assert self.names(web_root, exclude=("a/", "*.txt")) == ["index.html", "b/page.HTM"]

    def test_honours_an_ignore_file_unless_told_not_to(self, web_root: Path) -> None:
        (web_root / ".detectorignore").write_text("# ours\nb/*\n!b/note.txt\n")
        assert self.names(web_root) == ["index.html", "a/x.php", "b/note.txt"]
        assert self.names(web_root, ignore_file=None) == ["index.html", "a/x.php", "b/note.txt", "b/page.HTM"]

    def test_with_an_ignore_file_that_is_rubbish_is_read_all_the_same(self, web_root: Path) -> None:
        (web_root / ".detectorignore").write_bytes(b"\xff\xfe\x00[[[\n" + b"*a" * 2000 + b"b\n\\\n")
        assert "index.html" in self.names(web_root)

    def test_without_pages_is_a_named_error(self, tmp_path: Path) -> None:
        assert errors(read(tmp_path)) == ["no-pages"]

    def test_that_loops_or_holds_pipes_ends(self, web_root: Path) -> None:
        (web_root / "a" / "loop").symlink_to(web_root)
        (web_root / "broken.html").symlink_to(web_root / "nowhere")
        os.mkfifo(web_root / "pipe.html")
        assert self.names(web_root) == ["index.html", "a/x.php", "b/note.txt", "b/page.HTM"]

    def test_may_hold_archives(self, web_root: Path) -> None:
        (web_root / "a.jsonl").write_text('{"html": "<p>row"}\n')
        assert [document.content for document in read(web_root, include=("*.jsonl",))] == [b"<p>row"]


class TestNames:
    def test_with_wildcards_are_patterns_where_no_file_is_called_so(self, web_root: Path) -> None:
        assert [document.content for document in read(web_root / "**" / "*.txt")] == [b"b/note.txt"]
        (web_root / "[1].html").write_bytes(b"literal")
        assert [document.content for document in read(web_root / "[1].html")] == [b"literal"]
        assert errors(read(web_root / "*.none")) == ["not-found"]

    def test_are_worked_off_in_their_order_one_at_a_time(self, web_root: Path) -> None:
        documents = open_sources([str(web_root / "index.html"), str(web_root / "b" / "note.txt")])
        assert next(documents).content == b"index.html"
        (web_root / "b" / "note.txt").write_bytes(b"written later")
        assert next(documents).content == b"written later"

    def test_a_hyphen_is_standard_input(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("校园".encode("gbk"))))
        assert read("-") == [Document("-", "校园".encode("gbk"))]

    def test_the_web_is_not_loaded_for_files(self) -> None:
        code = "import sys; from detector.sources import open_sources; list(open_sources(['x.html'])); print(*sys.modules)"
        loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
        assert not {"httpx", "httpcore", "protego", "fastwarc", "pyarrow", "turbohtml"} & set(loaded)


class TestErrors:
    def test_survive_the_way_to_another_process(self) -> None:
        document = Document("a", error=SourceError("timeout", "no answer\x1b in time"))
        copy = pickle.loads(pickle.dumps(document))
        assert (copy.name, copy.error.name, copy.error.detail, str(copy.error)) == (
            "a",
            "timeout",
            "no answer\\x1b in time",
            "timeout: no answer\\x1b in time",
        )

    def test_have_names_without_spaces(self) -> None:
        assert "not-found" in ERROR_NAMES
        assert all(name == name.lower() and " " not in name for name in ERROR_NAMES)
