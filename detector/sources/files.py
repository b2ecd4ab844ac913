"""Pages on disk and on standard input: one file, or all pages below a folder."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from detector.sources.document import Document, SourceError, SourceOptions, failed, printable, too_large

# What a web root holds that is a page or makes one, and archives of pages.
PAGE_SUFFIXES: Final = (
    ".html", ".htm", ".xhtml", ".shtml", ".txt", ".md", ".php", ".asp", ".aspx", ".jsp", ".warc", ".warc.gz", ".wet", ".wet.gz",
)  # fmt: skip
ALWAYS_IGNORED: Final = (".git/", ".hg/", ".svn/", "node_modules/", "__pycache__/", ".venv/")

_IGNORE_FILE_LIMIT: Final = 1 << 16
_IGNORE_LINES: Final = 1000
_HARMLESS: Final = re.compile(r"[^*]*+(?:\*++[^*]*+){0,3}")  # each further wildcard multiplies the time of a match


def read_stdin(stream: BinaryIO, options: SourceOptions) -> Document:
    """The page on standard input, named ``-``."""
    try:
        return _bounded("-", stream, options.max_bytes)
    except OSError as error:
        return failed("-", system_error(error))


def read_file(path: str | os.PathLike[str], options: SourceOptions) -> Document:
    """The page in a file. Pipes work too; of an endless one the first `max_bytes` are read."""
    name = printable(os.fspath(path))
    try:
        with open(path, "rb") as stream:
            return _bounded(name, stream, options.max_bytes)
    except OSError as error:
        return failed(name, system_error(error))
    except ValueError as error:  # a NUL in the name
        return failed(name, SourceError("not-found", str(error)))


def files_below(folder: str | os.PathLike[str], options: SourceOptions) -> Iterator[Path | Document]:
    """Every regular file below a folder that is a page by its name, in the order of names; a Document for each that cannot be listed.

    Symbolic links to folders are not followed, pipes and devices are left out: both could keep a run for ever.
    """
    import pathspec

    root = Path(folder)
    try:
        ignored = pathspec.GitIgnoreSpec.from_lines([*ALWAYS_IGNORED, *_ignore_lines(root, options.ignore_file), *options.exclude])
        included = pathspec.GitIgnoreSpec.from_lines(options.include) if options.include else None
    except ValueError as error:
        yield failed(str(root), SourceError("unreadable", f"a pattern for names is not valid: {error}"))
        return
    failures: list[OSError] = []
    found = False
    for parent, folders, names in os.walk(root, onerror=failures.append):
        below = Path(parent).relative_to(root)
        folders[:] = sorted(name for name in folders if not ignored.match_file(f"{(below / name).as_posix()}/"))
        for name in sorted(names):
            relative = (below / name).as_posix()
            wanted = included.match_file(relative) if included is not None else name.lower().endswith(PAGE_SUFFIXES)
            if not wanted or ignored.match_file(relative):
                continue
            path = Path(parent, name)
            try:
                regular = stat.S_ISREG(os.stat(path).st_mode)
            except FileNotFoundError:  # a link to nowhere
                continue
            except OSError as error:
                found = True
                yield failed(str(path), system_error(error))
                continue
            if regular:
                found = True
                yield path
        while failures:
            found = True
            yield _unlisted(failures.pop())
    for failure in failures:
        found = True
        yield _unlisted(failure)
    if not found:
        yield failed(str(root), SourceError("no-pages", "the folder holds no file that is a page by its name"))


def _bounded(name: str, stream: BinaryIO, limit: int) -> Document:
    content = stream.read(limit + 1)
    while len(content) <= limit and (more := stream.read(limit + 1 - len(content))):  # a pipe gives what it has
        content += more
    if len(content) > limit:
        return Document(name, content[:limit], error=too_large(limit))
    return Document(name, content)


def _unlisted(failure: OSError) -> Document:
    return failed(str(failure.filename), system_error(failure))


def _ignore_lines(root: Path, ignore_file: str | None) -> list[str]:
    """The patterns of the folder's ignore file. Those that are not valid, or slow to match, are left out: the file comes with the pages."""
    if ignore_file is None:
        return []
    try:
        with open(root / ignore_file, "rb") as stream:
            lines = stream.read(_IGNORE_FILE_LIMIT).decode(errors="replace").splitlines()[:_IGNORE_LINES]
    except OSError:
        return []
    return [line for line in lines if _HARMLESS.fullmatch(line) and _is_pattern(line)]


def _is_pattern(line: str) -> bool:
    import pathspec

    try:
        pathspec.GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True


def system_error(error: OSError) -> SourceError:
    """What the operating system says, as a named error."""
    missing = isinstance(error, FileNotFoundError | NotADirectoryError)
    return SourceError("not-found" if missing else "unreadable", error.strerror or type(error).__name__)
