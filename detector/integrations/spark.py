"""Spark: a DataFrame of pages with a verdict on each, by ``mapInArrow``, or a pandas UDF for use inside expressions.

>>> from detector.integrations.spark import audit_dataframe
>>> pages = spark.read.parquet("pages.parquet")                        # columns html, url
>>> audit_dataframe(pages, "html", url_column="url").write.parquet("verdicts.parquet")
>>> pages.where(verdict_udf()("html") != "injected")

Each Python worker loads the model once. Needs detector and pyarrow on the workers; the UDF needs pandas too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from detector.integrations.arrow import PREFIX, audit_batch
from detector.integrations.judgement import judge

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame

    from detector.auditor import Auditor

FINDINGS = "array<struct<start:bigint,end:bigint,byte_start:bigint,byte_end:bigint,text:string,probability:double,category:string,visibility:string>>"


def audit_dataframe(
    pages: DataFrame,
    column: str = "html",
    url_column: str | None = None,
    *,
    content_type: str | None = None,
    auditor: Auditor | None = None,
    clean: bool = False,
    keep: bool = True,
    prefix: str = PREFIX,
) -> DataFrame:
    """The DataFrame with ``detector_verdict``, ``detector_score``, ``detector_findings``, ``detector_error`` behind its own columns.

    column: of text or binary; clean: also ``detector_cleaned``, the page without what was found; keep: whether `column` itself stays.
    """
    # Copies: the function travels to the workers with what it names, and must not take the DataFrame along.
    options: dict[str, Any] = {"content_type": content_type, "auditor": auditor, "clean": clean, "keep": keep, "prefix": prefix}

    def audit(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield audit_batch(batch, column, url_column, **options)

    return pages.mapInArrow(audit, _schema(pages, column, clean=clean, keep=keep, prefix=prefix))


def verdict_udf(*, content_type: str | None = None, auditor: Auditor | None = None) -> Callable[..., Any]:
    """A pandas UDF: column of pages to column of ``clean``, ``suspicious`` or ``injected``; null where there is no page."""
    import pandas as pd
    from pyspark.sql.functions import pandas_udf

    def verdict(pages: pd.Series) -> pd.Series:
        # An empty cell is None, NaN or NA, by the version of pandas.
        cells = (page if isinstance(page, str | bytes) else None for page in pages.astype("object"))
        return pd.Series([judge(cell, None, content_type, auditor=auditor)["verdict"] for cell in cells], dtype="object")

    # Spark reads the annotations, which here are text.
    verdict.__annotations__ = {"pages": pd.Series, "return": pd.Series}
    udf: Callable[..., Any] = pandas_udf(verdict, "string")
    return udf


def _schema(pages: DataFrame, column: str, *, clean: bool, keep: bool, prefix: str) -> Any:
    from pyspark.sql.types import StructField, StructType, _parse_datatype_string

    fields = [field for field in pages.schema.fields if keep or field.name != column]
    added = {"verdict": "string", "score": "double", "findings": FINDINGS, "error": "string"}
    if clean:
        added["cleaned"] = pages.schema[column].dataType.simpleString()
    for name, kind in added.items():
        fields.append(StructField(prefix + name, _parse_datatype_string(kind)))
    return StructType(fields)
