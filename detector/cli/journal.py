"""``--resume FILE``: each result is in a file before it is reported, so that a run that was killed goes on from there.

The first line says which run the file belongs to, every further line holds one result, written in one call. A resumed run reads its inputs
from the beginning, checks that they are the same, takes their results from the file as far as it goes, and audits the rest. So its report
is whole, whatever became of the report of the run before. Pages from the web are kept in the file too, and not fetched twice.
"""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final

from detector.cli.failure import CannotRun
from detector.cli.journal_rows import KEPT, from_row, kept_document, to_row
from detector.report.inputs import AuditedInput
from detector.sources import Document

FORMAT: Final = "detector-resume-1"
_SHOWN: Final = 80  # characters of a setting in an error
_LONGEST_HEAD: Final = 1 << 20


class Journal:
    """The results of a run, those of the run before first. reader: the file at the first row; out: the same file, to append to."""

    def __init__(self, path: Path, reader: BinaryIO, out: BinaryIO, max_chars: int) -> None:
        self._path, self._reader, self._out, self._max_chars = path, reader, out, max_chars
        self._first_row = end = reader.tell()
        self._kept: dict[str, int] = {}  # where the rows stand that keep their page, by name
        self._rows = 0
        for line in reader:
            if not line.endswith(b"\n"):  # cut when the run was killed
                break
            if line.startswith(KEPT):
                self._kept[json.loads(line)["name"]] = end
            self._rows += 1
            end += len(line)
        out.truncate(end)

    def remembered(self, name: str) -> Document | None:
        """The page from the web that the run before fetched under this name."""
        offset = self._kept.get(name)
        return None if offset is None else kept_document(self._row(offset)[0])

    def results(
        self, documents: Iterator[Document], audit: Callable[[Iterator[Document]], Iterator[AuditedInput]]
    ) -> Iterator[AuditedInput]:
        """The results of all documents, in order: those the file holds, then those of `audit`, each in the file before it is handed on.

        Raises CannotRun where a document is not the one that the run before had.
        """
        yield from self._replayed(documents)
        waiting: deque[tuple[str, Document | None]] = deque()  # what the rows need of documents that are being audited

        def watched() -> Iterator[Document]:
            for document in documents:
                waiting.append((_digest(document), document if _is_of_the_web(document) else None))
                yield document

        for audited in audit(watched()):
            self._out.write(_line(to_row(audited, *waiting.popleft())))
            yield audited

    def _replayed(self, documents: Iterator[Document]) -> Iterator[AuditedInput]:
        at = self._first_row
        for number in range(self._rows):
            row, at = self._row(at)
            if not {"name", "digest", "seconds", "error"} <= row.keys():
                raise self._refusal(f"line {number + 2} is damaged")
            document, name = next(documents, None), row["name"]
            if document is None:
                raise self._refusal(f"the inputs end before {name}, which the run before had")
            if document.name != name:
                raise self._refusal(f"where the run before had {name}, there is now {document.name}")
            if _digest(document) != row["digest"]:
                raise self._refusal(f"{name} has changed since the run before")
            yield from_row(row, document, self._max_chars)

    def _row(self, offset: int) -> tuple[dict[str, Any], int]:
        """The row at an offset, empty where it cannot be read, and where the next one begins."""
        self._reader.seek(offset)
        line = self._reader.readline()
        try:
            row = json.loads(line)
        except ValueError:
            row = {}
        return row if isinstance(row, dict) else {}, offset + len(line)

    def _refusal(self, why: str) -> CannotRun:
        return CannotRun(f"{self._path}: cannot be resumed: {why}. Delete the file to start anew, or give --resume another one")


@contextmanager
def open_journal(path: Path, settings: Mapping[str, Any], max_chars: int) -> Iterator[Journal]:
    """The file of a run with these settings (JSON values), made where there is none. max_chars: of a page, as the auditor cuts it.

    Raises CannotRun where it cannot be written, is in use, is no such file, or belongs to a run with other settings.
    """
    told = json.loads(json.dumps({"format": FORMAT, **settings}))
    try:
        # Without a buffer a row is with the system at once, and survives the process.
        with open(path, "ab", buffering=0) as out, open(path, "rb") as reader:
            _lock(path, out)
            head = reader.readline(_LONGEST_HEAD)
            if not head.endswith(b"\n") and _line(told).startswith(head):  # new, or cut in its first line
                out.truncate(0)
                out.write(_line(told))
                reader.seek(len(_line(told)))
            else:
                _compare(path, head, told)
            yield Journal(path, reader, out, max_chars)
    except OSError as error:
        if error.filename != str(path):
            raise
        raise CannotRun(f"{path}: cannot be written ({error.strerror}); give --resume another file") from None


def _compare(path: Path, head: bytes, told: Mapping[str, Any]) -> None:
    try:
        before = json.loads(head)
    except ValueError:
        before = None
    if not isinstance(before, dict) or before.get("format") != FORMAT:
        raise CannotRun(f"{path}: is no file made by --resume of this version, and is left as it is; give --resume another file")
    for key in [*told, *before]:
        if before.get(key) != told.get(key):
            was, now = (json.dumps(run.get(key), ensure_ascii=False)[:_SHOWN] for run in (before, told))
            raise CannotRun(
                f"{path}: belongs to a run with another {key}: {was} there, {now} here. "
                "Repeat that command, delete the file to start anew, or give --resume another one"
            )


def _lock(path: Path, out: BinaryIO) -> None:
    """Keep two runs from writing one file, where the system knows how. The lock ends with the process."""
    try:
        import fcntl
    except ImportError:
        return
    try:
        fcntl.flock(out, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise CannotRun(f"{path}: another run is writing it; wait for it, or give --resume another file") from None


def _digest(document: Document) -> str:
    told = hashlib.blake2b(document.content, digest_size=16)
    told.update(f"\0{document.url}\0{document.content_type}\0{document.error}".encode("utf-8", "surrogatepass"))
    return told.hexdigest()


def _is_of_the_web(document: Document) -> bool:
    return document.name.lower().startswith(("http://", "https://"))


def _line(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, separators=(",", ":")) + "\n").encode()
