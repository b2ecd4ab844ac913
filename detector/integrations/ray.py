"""Ray Data: a Dataset of pages with a verdict on each.

>>> from detector.integrations.ray import audit_dataset
>>> pages = ray.data.read_parquet("pages.parquet")                     # columns html, url
>>> audit_dataset(pages, "html", url_column="url").write_parquet("verdicts/")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from detector.integrations.arrow import BatchAudit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Unpack

    from ray.data import Dataset

    from detector.integrations.arrow import RowOptions


def audit_dataset(
    pages: Dataset,
    column: str = "html",
    url_column: str | None = None,
    *,
    batch_size: int = 256,
    map_options: Mapping[str, Any] | None = None,
    **options: Unpack[RowOptions],
) -> Dataset:
    """The Dataset with ``detector_verdict``, ``detector_score``, ``detector_findings`` and ``detector_error`` behind its own columns.

    column, url_column, options: the fields of `detector.integrations.arrow.BatchAudit`; batch_size: rows handed over at a time;
    map_options: for `Dataset.map_batches` (``concurrency``, ``num_cpus``...).
    """
    audit = BatchAudit(column, url_column, **options)
    return pages.map_batches(audit, batch_format="pyarrow", batch_size=batch_size, **map_options or {})
