"""Ray Data on this machine, with real workers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integrations.heavy import needs_heavy_engines
from tests.integrations.pages import ROWS, plain, told

pytest.importorskip("ray.data", reason="Ray Data is not installed: pip install 'detector[ray]'")
pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed: pip install 'detector[ray]'")
pytestmark = needs_heavy_engines


@pytest.fixture(scope="module")
def ray() -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("PYTHONPATH", os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]))
        import ray

        ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, _node_ip_address="127.0.0.1", object_store_memory=100_000_000)
        ray.data.DataContext.get_current().enable_progress_bars = False
        yield ray
        ray.shutdown()


def test_rows_of_parquet_get_the_verdicts_of_the_plain_call(ray: Any, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    from detector.integrations.ray import audit_dataset

    pq.write_table(pa.Table.from_pylist(ROWS), tmp_path / "pages.parquet", row_group_size=4)
    judged = audit_dataset(ray.data.read_parquet(str(tmp_path / "pages.parquet")), "html", "url", clean=True, batch_size=5)
    rows = sorted(judged.take_all(), key=lambda row: row["id"])
    assert [told(row) for row in rows] == [plain(row["html"]) for row in ROWS]
