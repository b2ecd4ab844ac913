"""Spark on this machine, with real Python workers and Parquet files."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from detector.auditor import Auditor
from tests.integrations.heavy import needs_heavy_engines
from tests.integrations.pages import ROWS, plain, told

pytest.importorskip("pyspark", reason="PySpark is not installed: pip install 'detector[spark]'")
pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed: pip install 'detector[spark]'")
pytestmark = [
    needs_heavy_engines,
    pytest.mark.skipif(
        shutil.which("java") is None, reason="Spark needs Java 17, which is not installed: apt-get install openjdk-17-jre-headless"
    ),
]


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from pyspark.sql import SparkSession

    here = str(Path(__file__).parents[2])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("PYTHONPATH", os.pathsep.join([here, os.environ.get("PYTHONPATH", "")]))
        builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", "2")
        session = builder.config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("warehouse"))).getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
        yield session
        session.stop()


@pytest.fixture(scope="module")
def parquet(tmp_path_factory: pytest.TempPathFactory) -> str:
    import pyarrow.parquet as pq

    path = tmp_path_factory.mktemp("pages") / "pages.parquet"
    pq.write_table(pa.Table.from_pylist(ROWS), path, row_group_size=4)
    return str(path)


def test_rows_of_parquet_get_the_verdicts_of_the_plain_call_and_go_back_to_parquet(spark: Any, parquet: str, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    from detector.integrations.spark import audit_dataframe

    pages = spark.read.parquet(parquet).repartition(3)
    audit_dataframe(pages, "html", "url", clean=True).write.parquet(str(tmp_path / "out"))
    rows = sorted(pq.read_table(tmp_path / "out").to_pylist(), key=lambda row: row["id"])
    assert [told(row) for row in rows] == [plain(row["html"]) for row in ROWS]
    assert [row["html"] for row in rows] == [row["html"] for row in ROWS]


def test_an_auditor_of_your_own_and_binary_pages(spark: Any) -> None:
    from detector.integrations.spark import audit_dataframe

    pages = spark.createDataFrame([(bytearray(row["html"].encode()),) for row in ROWS[:2]], "html binary")
    found = audit_dataframe(pages, auditor=Auditor(max_chars=100), clean=True, keep=False, prefix="x_").collect()
    assert [row["x_verdict"] for row in found] == ["clean", "clean"]  # the dump stands below the first hundred characters
    assert [bytes(row["x_cleaned"]) for row in found] == [row["html"].encode() for row in ROWS[:2]]


def test_the_udf_stands_in_expressions(spark: Any, parquet: str) -> None:
    pytest.importorskip("pandas", reason="pandas is not installed: pip install 'detector[spark]'")
    from detector.integrations.spark import verdict_udf

    pages = spark.read.parquet(parquet)
    counted = {row["v"]: row["count"] for row in pages.select(verdict_udf()("html").alias("v")).groupBy("v").count().collect()}
    assert counted == {"injected": 6, "clean": 9, None: 3}
