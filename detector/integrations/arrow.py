"""A batch of Arrow rows audited: what Spark and Ray hand to a function, and `pyarrow` itself reads from Parquet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict

import pyarrow as pa

from detector.integrations.judgement import judge

if TYPE_CHECKING:
    from detector.auditor import Auditor

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


class RowOptions(TypedDict, total=False):
    """How the pages of a table are audited: the fields of `BatchAudit` behind the columns, for functions that make one."""

    content_type: str | None
    auditor: Auditor | None
    clean: bool
    keep: bool
    prefix: str


@dataclass(frozen=True)
class BatchAudit:
    """A function of a RecordBatch or Table that gives it back with the audit's columns, named after `prefix`, behind its own.

    column: of text or binary; offsets of text count characters, those of binary bytes too. url_column: where each page comes from.
    content_type: of all pages; auditor: None for the usual one, made once a process. clean: also a column ``cleaned``, the page without
    what was found. keep: whether `column` itself stays.

    Called, it raises KeyError where there is no such column, TypeError where it holds no pages, ValueError where a name is taken.
    """

    column: str = "html"
    url_column: str | None = None
    content_type: str | None = None
    auditor: Auditor | None = None
    clean: bool = False
    keep: bool = True
    prefix: str = "detector_"

    def __call__(self, batch: Any) -> Any:
        """The batch with the audit's columns."""
        names = list(batch.schema.names)
        for name in (self.column, self.url_column):
            if name is not None and name not in names:
                raise KeyError(f"no column {name!r}; there are: {', '.join(names)}")
        urls = batch.column(names.index(self.url_column)) if self.url_column is not None else None
        arrays = {name: batch.column(i) for i, name in enumerate(names) if self.keep or name != self.column}
        for name, values in self._audited(batch.column(names.index(self.column)), urls).items():
            if self.prefix + name in arrays:
                raise ValueError(f"there is a column {self.prefix + name!r} already: give another prefix")
            arrays[self.prefix + name] = values
        return type(batch).from_arrays(list(arrays.values()), names=list(arrays))

    def _audited(self, pages: pa.Array | pa.ChunkedArray, urls: pa.Array | pa.ChunkedArray | None) -> dict[str, pa.Array]:
        """Columns of `TYPES` and, with clean, ``cleaned``, one value a page."""
        kind = pages.type
        if not any(is_kind(kind) for is_kind in _PAGE_KINDS):
            raise TypeError(f"pages must be a column of text or binary, not {kind}")
        # One value at a time: a batch as Python objects would take several times the memory of the batch.
        addresses = (url.as_py() for url in urls) if urls is not None else (None for _ in pages)
        judged = [
            judge(page.as_py(), url, self.content_type, auditor=self.auditor, clean=self.clean)
            for page, url in zip(pages, addresses, strict=True)
        ]
        columns = {name: pa.array([row[name] for row in judged], type) for name, type in TYPES.items()}
        if self.clean:
            columns["cleaned"] = pa.array([row["cleaned"] for row in judged], kind)
        return columns


_PAGE_KINDS = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary, pa.types.is_large_binary)
