"""Ray Data: a Dataset of pages with a verdict on each.

>>> from detector.integrations.ray import audit_dataset
>>> pages = ray.data.read_parquet("pages.parquet")                     # columns html, url
>>> audit_dataset(pages, "html", url_column="url").write_parquet("verdicts/")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from detector.integrations.arrow import PREFIX, audit_batch

if TYPE_CHECKING:
    from ray.data import Dataset

    from detector.auditor import Auditor


def audit_dataset(
    pages: Dataset,
    column: str = "html",
    url_column: str | None = None,
    *,
    content_type: str | None = None,
    auditor: Auditor | None = None,
    clean: bool = False,
    keep: bool = True,
    prefix: str = PREFIX,
    batch_size: int = 256,
    **map_options: Any,
) -> Dataset:
    """The Dataset with ``detector_verdict``, ``detector_score``, ``detector_findings`` and ``detector_error`` behind its own columns.

    Parameters as in `detector.integrations.spark.audit_dataframe`; batch_size: rows handed over at a time; map_options: for
    `Dataset.map_batches` (``concurrency``, ``num_cpus``...).
    """
    options: dict[str, Any] = {
        "column": column,
        "url_column": url_column,
        "content_type": content_type,
        "auditor": auditor,
        "clean": clean,
        "keep": keep,
        "prefix": prefix,
    }
    return pages.map_batches(audit_batch, batch_format="pyarrow", batch_size=batch_size, fn_kwargs=options, **map_options)
