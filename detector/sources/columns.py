"""Pages in tables: a column of a Parquet file, a field of JSON lines."""

from __future__ import annotations

import gzip
import json
import os
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, Final, cast

from detector.sources.document import TEXT_AS_UTF8, Document, SourceError, SourceOptions, failed, printable, too_large
from detector.sources.files import system_error

USUAL_COLUMNS: Final = ("html", "text", "content", "raw_content", "body")
URL_COLUMN: Final = "url"

_ROWS: Final = 64  # of Parquet in memory at a time
_ESCAPED: Final = 2  # Chinese written as \uXXXX is twice as long as in UTF-8
_SHOWN: Final = 20  # columns named in an error


def read_jsonl(path: str | os.PathLike[str], options: SourceOptions) -> Iterator[Document]:
    """One page a line, plain or gzip. Names are ``file#line``, counted from 1; a line that is not JSON yields its error."""
    name = printable(os.fspath(path))
    number = 0
    try:
        with open(path, "rb") as raw, cast(BinaryIO, gzip.open(raw) if name.lower().endswith(".gz") else raw) as stream:
            for number, line in enumerate(_lines(stream, options.max_bytes * _ESCAPED + 4096), 1):
                if line is None:
                    yield failed(f"{name}#{number}", SourceError("too-large", "the line is longer than any page may be"))
                elif line.strip():
                    yield _from_json(f"{name}#{number}", line, options)
    except gzip.BadGzipFile as error:
        yield failed(f"{name}#{number + 1}", SourceError("bad-archive", str(error)))
    except (EOFError, zlib.error) as error:
        yield failed(f"{name}#{number + 1}", SourceError("bad-archive", f"gzip: {error}"))
    except OSError as error:
        yield failed(name, system_error(error))
    else:
        if number == 0:
            yield failed(name, SourceError("no-pages", "the file is empty"))


def read_parquet(path: str | os.PathLike[str], options: SourceOptions) -> Iterator[Document]:
    """One page a row of a column of text or bytes. Names are ``file#row``, counted from 1; empty cells are left out."""
    name = printable(os.fspath(path))
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        yield failed(name, SourceError("missing-extra", "Parquet files need: pip install pyarrow"))
        return
    row = 0
    try:
        with pq.ParquetFile(os.fspath(path)) as table:
            names = table.schema_arrow.names
            column = _column(names, options)
            columns = [column, URL_COLUMN] if URL_COLUMN in names and column != URL_COLUMN else [column]
            for batch in table.iter_batches(batch_size=_ROWS, columns=columns):
                for record in batch.to_pylist():
                    row += 1
                    if record[column] is not None:
                        yield _document(f"{name}#{row}", record, column, options)
    except SourceError as error:
        yield failed(name, error)
    except OSError as error:  # pyarrow raises it without a number for damaged pages
        yield failed(f"{name}#{row + 1}" if row else name, system_error(error) if error.errno else SourceError("bad-archive", str(error)))
    except (pa.ArrowException, ValueError, KeyError) as error:
        yield failed(f"{name}#{row + 1}" if row else name, SourceError("bad-archive", str(error)))
    else:
        if row == 0:
            yield failed(name, SourceError("no-pages", "the table has no row"))


def _lines(stream: BinaryIO, limit: int) -> Iterator[bytes | None]:
    """The lines of a stream; None for one longer than `limit` bytes, whose rest is skipped."""
    while line := stream.readline(limit):
        if line.endswith(b"\n") or len(line) < limit:
            yield line
            continue
        while (rest := stream.readline(1 << 20)) and not rest.endswith(b"\n"):
            pass
        yield None


def _from_json(name: str, line: bytes, options: SourceOptions) -> Document:
    try:
        record = json.loads(line)
        if isinstance(record, str):
            record = {"text": record}
        if not isinstance(record, dict):
            raise SourceError("bad-record", "the line is JSON, but neither an object nor a text")
        return _document(name, record, _column(list(record), options), options)
    except SourceError as error:
        return failed(name, error)
    except (ValueError, RecursionError) as error:
        return failed(name, SourceError("bad-record", f"not JSON: {error}"))


def _column(names: list[str], options: SourceOptions) -> str:
    wanted = (options.column,) if options.column is not None else USUAL_COLUMNS
    for column in wanted:
        if column in names:
            return column
    shown = ", ".join(names[:_SHOWN]) or "none"
    raise SourceError("not-found", f"no column {' or '.join(map(repr, wanted))}; there are: {shown[:500]}")


def _document(name: str, record: dict[str, Any], column: str, options: SourceOptions) -> Document:
    value = record[column]
    url = record.get(URL_COLUMN) if column != URL_COLUMN else None
    url = printable(url) if isinstance(url, str) else None
    if isinstance(value, str):
        content, content_type = value.encode(errors="replace"), TEXT_AS_UTF8  # JSON can name half a surrogate pair
    elif isinstance(value, bytes):
        content, content_type = value, None
    else:
        return failed(name, SourceError("bad-record", f"{column} is no text but {type(value).__name__}"), url=url)
    if len(content) > options.max_bytes:
        return Document(name, content[: options.max_bytes], url, content_type, too_large(options.max_bytes))
    return Document(name, content, url, content_type)
