"""A batch of Arrow rows audited: what Spark and Ray hand to a function, and `pyarrow` itself reads from Parquet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from detector.integrations.judgement import judge

if TYPE_CHECKING:
    from detector.auditor import Auditor

PREFIX = "detector_"
FINDING = pa.struct(
    [
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("byte_start", pa.int64()),
        ("byte_end", pa.int64()),
        ("text", pa.string()),
        ("probability", pa.float64()),
        ("category", pa.string()),
        ("visibility", pa.string()),
    ]
)
TYPES = {"verdict": pa.string(), "score": pa.float64(), "findings": pa.list_(FINDING), "error": pa.string()}


def audit_columns(
    pages: pa.Array | pa.ChunkedArray,
    urls: pa.Array | pa.ChunkedArray | None = None,
    *,
    content_type: str | None = None,
    auditor: Auditor | None = None,
    clean: bool = False,
) -> dict[str, pa.Array]:
    """Columns ``verdict``, ``score``, ``findings``, ``error`` and, with clean, ``cleaned``, one value a page.

    pages: text or binary; offsets of text count characters, those of binary bytes too. Raises TypeError for a column of anything else.
    """
    kind = pages.type
    if not any(is_kind(kind) for is_kind in _PAGE_KINDS):
        raise TypeError(f"pages must be a column of text or binary, not {kind}")
    # One value at a time: a batch as Python objects would take several times the memory of the batch.
    addresses = (url.as_py() for url in urls) if urls is not None else (None for _ in pages)
    judged = [judge(page.as_py(), url, content_type, auditor=auditor, clean=clean) for page, url in zip(pages, addresses, strict=True)]
    columns = {name: pa.array([row[name] for row in judged], type) for name, type in TYPES.items()}
    if clean:
        columns["cleaned"] = pa.array([row["cleaned"] for row in judged], kind)
    return columns


def audit_batch(
    batch: Any,
    column: str = "html",
    url_column: str | None = None,
    *,
    content_type: str | None = None,
    auditor: Auditor | None = None,
    clean: bool = False,
    keep: bool = True,
    prefix: str = PREFIX,
) -> Any:
    """A RecordBatch or Table with the audit's columns, their names after `prefix`, behind its own.

    keep False leaves the pages themselves out. Raises KeyError where there is no such column, ValueError where a name is taken.
    """
    names = list(batch.schema.names)
    for name in (column, url_column):
        if name is not None and name not in names:
            raise KeyError(f"no column {name!r}; there are: {', '.join(names)}")
    urls = batch.column(names.index(url_column)) if url_column is not None else None
    found = audit_columns(batch.column(names.index(column)), urls, content_type=content_type, auditor=auditor, clean=clean)
    arrays = {name: batch.column(i) for i, name in enumerate(names) if keep or name != column}
    for name, values in found.items():
        if prefix + name in arrays:
            raise ValueError(f"there is a column {prefix + name!r} already: give another prefix")
        arrays[prefix + name] = values
    return type(batch).from_arrays(list(arrays.values()), names=list(arrays))


_PAGE_KINDS = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary, pa.types.is_large_binary)
