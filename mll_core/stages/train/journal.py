"""Trials as they ended, on disk: a search that was killed or stopped goes on with them."""

import hashlib
import json
import shutil
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from mll_core.catalog import MODELS
from mll_core.domain.errors import NoRoom
from mll_core.infra import files
from mll_core.infra.model_store import libraries
from mll_core.infra.objects import ObjectStore
from mll_core.stages.train.fitting import Candidate, Means
from mll_core.stages.train.order import Order
from mll_core.stages.train.race import Fell
from mll_core.stages.train.rows import Part
from mll_core.stages.train.trial import Trial, looked_at

SPEND = {"budget_seconds", "trials", "threads", "ensembles", "recommend", "coverage"}
"""What a section says that decides nothing about what one trial comes to."""


class Journal:
    """A file per trial, in a folder of ``tmp`` named by all that decides what a trial comes to.

    Scores and settings only; no value of a row. What nobody takes up is swept after a day.
    """

    def __init__(self, objects: ObjectStore, order: Order, parts: list[Part], means: Means) -> None:
        self._objects, self._parts, self._means = objects, parts, means
        self._folder = objects.home / "tmp" / f"search-{identity(order)}"
        self.spent = sum(facts.get("spent", 0.0) for facts in map(_facts, self._kept()))
        """Seconds that the trials took which are kept."""

    def knows(self, candidate: Candidate) -> bool:
        """Whether ``candidate`` had its turn."""
        return self._path(candidate).exists()

    def find(self, candidate: Candidate) -> Trial | Fell | None:
        """What came of ``candidate``, None when it has not had its turn."""
        path = self._path(candidate)
        if not self.knows(candidate):
            return None
        facts = _facts(path)
        if "lag" in facts:
            return Fell(facts["lag"], facts["reached"])
        ran = replace(candidate, share=facts["share"])
        with np.load(path, allow_pickle=False) as kept:
            scores, train = (
                [kept[f"{name}_{fold}"] for fold in range(len(self._parts))]
                for name in ("score", "train")
            )
        settled = facts["settled"]
        return Trial(
            candidate=ran,
            scores=scores,
            train_scores=train,
            train_truths=[looked_at(ran, part, self._means)[1] for part in self._parts],
            seconds=facts["seconds"],
            fit_seconds=facts["fit_seconds"],
            milliseconds_per_row=facts["milliseconds_per_row"],
            bytes=facts["bytes"],
            lanes=facts["lanes"],
            growth=self._means.growth,
            settled=settled and MODELS[candidate.model.kind].of(**settled),
        )

    def keep(self, candidate: Candidate, came: Trial | Fell, spent: float) -> None:
        """It had its turn, which took so long; a disk that is full costs no more than this."""
        facts: dict[str, Any] = {"spent": spent}
        arrays: dict[str, Any] = {}
        if isinstance(came, Fell):
            facts |= {"lag": came.lag, "reached": came.reached}
        else:
            facts |= _told(came)
            arrays = {f"score_{fold}": score for fold, score in enumerate(came.scores)}
            arrays |= {f"train_{fold}": score for fold, score in enumerate(came.train_scores)}
        with suppress(NoRoom):  # what is half written is swept with other temporary files
            temporary = self._objects.new(".npz")
            with files.disk_errors(temporary.parent):
                np.savez(temporary, facts=np.array(json.dumps(facts)), **arrays)
            files.settle(temporary, self._path(candidate))

    def close(self) -> None:
        """The search came to its end: nothing is left to go on with."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _kept(self) -> list[Path]:
        return sorted(self._folder.glob("*.npz")) if self._folder.is_dir() else []

    def _path(self, candidate: Candidate) -> Path:
        return self._folder / f"{_short(candidate.key)}.npz"


def _told(trial: Trial) -> dict[str, Any]:
    assert isinstance(trial.candidate, Candidate)  # ensembles are mixed anew
    return {
        "share": trial.candidate.share,
        "seconds": trial.seconds,
        "fit_seconds": trial.fit_seconds,
        "milliseconds_per_row": trial.milliseconds_per_row,
        "bytes": trial.bytes,
        "lanes": trial.lanes,
        "settled": trial.settled and trial.settled.model_dump(mode="json"),
    }


def _facts(path: Path) -> dict[str, Any]:
    with np.load(path, allow_pickle=False) as kept:
        found: dict[str, Any] = json.loads(str(kept["facts"]))
    return found


def identity(order: Order) -> str:
    """The same for orders whose trials come to the same."""
    decides = {
        "split": order.split.model_dump(mode="json"),
        "recipe": order.recipe.model_dump(mode="json"),
        "excluded": sorted(order.excluded),
        "brief": order.brief.model_dump(mode="json"),
        "asked": [order.task.value, order.metric],
        "section": order.section.model_dump(mode="json", exclude=SPEND),
        "libraries": libraries(),
    }
    return _short(json.dumps(decides, sort_keys=True))


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
