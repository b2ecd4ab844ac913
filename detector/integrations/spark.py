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

from detector.integrations.arrow import BatchAudit
from detector.integrations.judgement import judge

if TYPE_CHECKING:
    from typing import Unpack

    import pyarrow as pa
    from pyspark.sql import DataFrame

    from detector.auditor import Auditor
    from detector.integrations.arrow import RowOptions

FINDINGS = "array<struct<start:bigint,end:bigint,byte_start:bigint,byte_end:bigint,text:string,probability:double,category:string,visibility:string>>"


def audit_dataframe(pages: DataFrame, column: str = "html", url_column: str | None = None, **options: Unpack[RowOptions]) -> DataFrame:
    """The DataFrame with ``detector_verdict``, ``detector_score``, ``detector_findings``, ``detector_error`` behind its own columns.

    column, url_column, options: the fields of `detector.integrations.arrow.BatchAudit`.
    """
    audit = BatchAudit(column, url_column, **options)

    # The function travels to the workers with what it names, which must not be the DataFrame.
    def audited(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return map(audit, batches)

    return pages.mapInArrow(audited, _schema(pages, audit))


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


def _schema(pages: DataFrame, audit: BatchAudit) -> Any:
    from pyspark.sql.types import StructField, StructType, _parse_datatype_string

    fields = [field for field in pages.schema.fields if audit.keep or field.name != audit.column]
    added = {"verdict": "string", "score": "double", "findings": FINDINGS, "error": "string"}
    if audit.clean:
        added["cleaned"] = pages.schema[audit.column].dataType.simpleString()
    for name, kind in added.items():
        fields.append(StructField(audit.prefix + name, _parse_datatype_string(kind)))
    return StructType(fields)
