"""A new model into a folder, in full or from corrections, and into its place only where it is no worse than the old one."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from detector.auditor import Auditor
from detector.classifier.model import FILE_NAME, ModelError, load, save
from detector.training.bags import bags_of_texts
from detector.training.caching import steps
from detector.training.calibrate import OutOfFold, score_out_of_fold
from detector.training.corrected import Corrections
from detector.training.evaluate import Judgement, evaluation_set, judge
from detector.training.folds import FOLDS_NAME, Folds, digest_of, load_folds
from detector.training.guard import Difference, compare
from detector.training.increment import CORRECTIONS, corrected_model
from detector.training.material import DataError
from detector.training.rows import TrainingRows, read_rows
from detector.training.train import read_background
from detector.training.vocabulary import read_material

Progress = Callable[[str], None]
CARD_NAME: Final = "card.json"
REFUSED: Final = "refused"  # folder in which a refused model is kept: it may have taken a while
GUARD_PAGES: Final = 120  # of each kind


def train_corrected(
    data: Path,
    base: Path,
    out: Path,
    corrections: Corrections,
    progress: Progress = lambda _: None,
    cache: Path | None = None,
    jobs: int = -1,
) -> Path:
    """Correct the model at `base` and write model.npz and card.json to `out`; returns the model's path.

    data: what `base` was trained on. folds.npz is looked for beside `base`; where it is not there, what it holds is fitted, which takes
    minutes and is kept in `cache`. Raises DataError, also where the model already holds corrections (all of them are to be given to the
    model it was made from), and ModelError.
    """
    model = load(base)
    if CORRECTIONS in model.header:
        raise DataError("this model already holds corrections: give all your labels to the model that it was made from")
    rows = read_rows(data / "figures" / "pages.npz")
    _, held_clean, _ = read_background(data / "figures" / "background.npz")
    phrases, texts = read_material(data)
    held_spam = bags_of_texts([p.text for p in phrases] + [t.text for t in texts if t.spam])
    folds = _folds(base.with_name(FOLDS_NAME), model.header, rows, progress, cache, jobs)
    made = corrected_model(model, folds, rows, held_spam, held_clean, corrections, progress, jobs)
    path = out / FILE_NAME
    save(made, path)
    card = _card(base.with_name(CARD_NAME)) | {
        "thresholds": {str(rate): round(value, 4) for rate, value in made.thresholds.items()},
        CORRECTIONS: made.header[CORRECTIONS],
        "bytes": path.stat().st_size,
    }
    (out / CARD_NAME).write_text(json.dumps(card, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return path


def _folds(path: Path, header: dict[str, Any], rows: TrainingRows, progress: Progress, cache: Path | None, jobs: int) -> Folds:
    digest = digest_of(rows)
    if path.exists():
        folds = load_folds(path)
        if (folds.model, folds.rows) == (header["sha256"], digest):
            return folds
    progress(f"{path} is missing or of other data: fitting what it should hold, which takes minutes")
    scores: OutOfFold = steps(cache)(score_out_of_fold, ignore=["jobs"])(rows, jobs=jobs)
    return Folds(scores.passes, scores.page, header["sha256"], digest)


def _card(path: Path) -> dict[str, Any]:
    try:
        card = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return card if isinstance(card, dict) else {}


@dataclass(frozen=True)
class Outcome:
    """differences: old against new, empty where there was no old model to compare with; path: where the new model stands."""

    path: Path
    accepted: bool
    differences: tuple[Difference, ...]


def put_in_place(
    candidate: Path,
    old: Path,
    data: Path,
    out: Path,
    force: bool = False,
    progress: Progress = lambda _: None,
    cache: Path | None = None,
    jobs: int = -1,
    pages: int = GUARD_PAGES,
) -> Outcome:
    """Move the files of the folder `candidate` to `out`, or to its folder "refused" where the new model is worse than `old` on pages made
    from `data` and force is not given. Raises DataError, ModelError."""
    differences: tuple[Difference, ...] = ()
    try:
        load(old)
    except ModelError as error:
        progress(f"nothing to compare with: {error}")
    else:
        progress(f"old model against new, on {pages} clean pages and {pages} infected ones")
        judged = [_judged(path, data, pages, cache, jobs) for path in (old, candidate / FILE_NAME)]
        differences = tuple(compare(*judged))
    accepted = force or not any(d.worse for d in differences)
    target = out if accepted else out / REFUSED
    target.mkdir(parents=True, exist_ok=True)
    (target / FOLDS_NAME).unlink(missing_ok=True)  # of the model that is replaced
    for file in sorted(candidate.iterdir(), key=lambda f: f.name == FILE_NAME):  # the model last, when all that goes with it is there
        shutil.move(file, target / file.name)
    return Outcome(target / FILE_NAME, accepted, differences)


def _judged(path: Path, data: Path, pages: int, cache: Path | None, jobs: int) -> list[Judgement]:
    found: list[Judgement] = steps(cache)(_judge_file, ignore=["path", "data", "jobs"])(
        path, data, pages, jobs, load(path).header["sha256"], _digest_of_material(data)
    )
    return found


def _judge_file(path: Path, data: Path, pages: int, jobs: int, model: str, material: str) -> list[Judgement]:
    """model, material: digests, by which the step is known in a cache."""
    return judge(Auditor(path), evaluation_set(data, pages), jobs)


def _digest_of_material(data: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted([*(data / "texts").glob("*"), *(data / "phrases").glob("*")]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
