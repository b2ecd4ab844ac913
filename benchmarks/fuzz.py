"""Audit hostile pages by the hundred thousand: ``python benchmarks/fuzz.py --inputs 1000000 --processes 2 --journal fuzz.jsonl``.

Half of the processes run the compiled kernels, half Python alone, on the same pages, and the reports of the two are compared. Every page is
made from its number (`benchmarks.hostile`). A run that was stopped goes on where its journal ends. Exit code 1 where any input raised, broke a
promise, or took longer than the limit: each is named by its number, and ``--only NUMBER`` runs it alone.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import time
import traceback
from collections import defaultdict
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[1]
BLOCK: Final = 500  # inputs between two lines of the journal
LIMIT: Final = 5.0  # seconds of processor time that one small page may take
PATHS: Final = ("compiled", "python")


def run_one(auditors: tuple[Any, Any], seed: int) -> str:
    """Check the input of a number; what the report says."""
    from benchmarks.hostile import check, check_segments, hostile_input

    page = hostile_input(seed)
    if seed % 8 == 0:
        check_segments(page)
    return check(auditors[seed % 4 == 0], page)


def work(path: str, blocks: list[int], journal: Path) -> None:
    """Run blocks of inputs and write a line for each to the journal."""
    from detector.auditor import Auditor
    from detector.native import kernels

    if (kernels is None) != (path == "python"):
        sys.exit("the kernels are not built: python -m detector.native.build")
    auditors = (Auditor(threshold=-8.9), Auditor())  # the first finds something on nearly every page, so that all code runs
    for block in blocks:
        digest, failures, started = hashlib.sha256(), [], time.process_time()
        for seed in range(block * BLOCK, (block + 1) * BLOCK):
            before = time.process_time()
            try:
                digest.update(run_one(auditors, seed).encode())
            except Exception:
                failures.append({"input": seed, "error": traceback.format_exc()[-2000:]})
            if time.process_time() - before > LIMIT:
                failures.append({"input": seed, "error": f"took {time.process_time() - before:.1f} s"})
        row = {
            "path": path,
            "block": block,
            "inputs": BLOCK,
            "seconds": round(time.process_time() - started, 2),
            "digest": digest.hexdigest(),
            "failures": failures,
        }
        with journal.open("a") as out:  # one write, so that processes may share the file
            out.write(json.dumps(row) + "\n")


def read(journal: Path) -> list[dict[str, Any]]:
    if not journal.exists():
        return []
    return [json.loads(line) for line in journal.read_text().splitlines() if line.endswith("}")]


def summary(rows: list[dict[str, Any]]) -> bool:
    """Print what was run and what failed; whether all is well."""
    by_block: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        by_block[row["block"]].add(row["digest"])
    differ = sorted(block for block, digests in by_block.items() if len(digests) > 1)
    failures = [failure for row in rows for failure in row["failures"]]
    for failure in failures[:20]:
        print(f"input {failure['input']}: {failure['error']}", file=sys.stderr)
    inputs = {path: sum(row["inputs"] for row in rows if row["path"] == path) for path in PATHS}
    print(
        f"{sum(inputs.values()):,} inputs ({inputs['compiled']:,} compiled, {inputs['python']:,} Python alone), {sum(r['seconds'] for r in rows):,.0f} s of processor time"
    )
    print(f"{len(failures)} failures; blocks of {BLOCK} inputs whose reports differ between the two: {len(differ)} {differ[:20]}")
    return not failures and not differ


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--inputs", type=int, default=10_000, help="both paths together")
    parser.add_argument("--processes", type=int, default=2, help="an even number: half compiled, half Python alone")
    parser.add_argument("--seconds", type=float, help="stop after so long")
    parser.add_argument("--journal", type=Path, default=Path("fuzz.jsonl"))
    parser.add_argument("--only", type=int, help="run the input of this number alone, and print it")
    parser.add_argument("--work", nargs=3, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.only is not None:
        from benchmarks.hostile import hostile_input
        from detector.auditor import Auditor

        print(ascii(hostile_input(args.only)))
        print(run_one((Auditor(threshold=-8.9), Auditor()), args.only))
        return
    if args.work:
        path, first, step = args.work
        done = {row["block"] for row in read(args.journal) if row["path"] == path}
        last = -(-args.inputs // (2 * BLOCK))
        work(path, [block for block in range(int(first), last, int(step)) if block not in done], args.journal)
        return
    started = time.monotonic()
    each = max(1, args.processes // 2)
    command = [sys.executable, "-m", "benchmarks.fuzz", "--inputs", str(args.inputs), "--journal", str(args.journal.resolve()), "--work"]
    workers = [
        subprocess.Popen(
            [*command, path, str(number), str(each)],
            cwd=ROOT,
            env={**os.environ, **({"DETECTOR_PURE_PYTHON": "1"} if path == "python" else {})},
        )
        for number in range(each)
        for path in PATHS
    ]
    try:
        for worker in workers:
            worker.wait(None if args.seconds is None else max(0.1, args.seconds - (time.monotonic() - started)))
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        print("stopped; the same command goes on from here", file=sys.stderr)
    finally:
        for worker in workers:
            worker.terminate()
    well = summary(read(args.journal))
    print(f"{time.monotonic() - started:,.0f} s in this run")
    sys.exit(0 if well and all(worker.wait() in (0, -15) for worker in workers) else 1)


if __name__ == "__main__":
    main()
