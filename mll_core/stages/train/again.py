"""Running a run again from its order, to see whether it comes out the same."""

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import pyarrow.parquet as pq

from mll_core.catalog import ENSEMBLES, MODELS
from mll_core.domain.errors import NotFound
from mll_core.domain.task_kind import Way
from mll_core.domain.training import Run, Training
from mll_core.infra import files
from mll_core.infra.fitted_model import FittedModel
from mll_core.infra.model_store import libraries
from mll_core.stages.train import ensembles, found_again
from mll_core.stages.train import rows as development
from mll_core.stages.train.ahead import unshared
from mll_core.stages.train.entry import Entry
from mll_core.stages.train.finish import out_of_fold
from mll_core.stages.train.fitting import Candidate
from mll_core.stages.train.honing import Honed
from mll_core.stages.train.large import learn_last
from mll_core.stages.train.last import brief
from mll_core.stages.train.last_fit import fit_last, means_of
from mll_core.stages.train.once_more import OnceMore
from mll_core.stages.train.order import Order, Tools
from mll_core.stages.train.scorecard import Scorecard
from mll_core.stages.train.trial import Trial
from mll_core.stages.train.trial import run as cross_validate


class Runner(Protocol):
    """Runs a recorded run of a training once more."""

    def __call__(self, order: Order, training: Training, recorded: Run, tools: Tools) -> OnceMore:
        """Raises what the way raises."""


def reproduce(order: Order, training: Training, run_id: str, tools: Tools) -> dict[str, Any]:
    """Run one run of ``training`` again, and compare what comes out, bit by bit.

    Keys: ``identical``, ``data``, ``metrics``, ``predictions`` of held-out rows (groups: of all),
    ``learned`` (None unless it is the recommended run, whose model is fitted on all rows again),
    ``value`` as recorded and as found, and ``libraries`` whose versions differ. Raises NotFound.
    """
    recorded = _recorded(training, run_id)
    data = files.sha256_of(order.development) == order.split.development.sha256
    found = RUNNERS[order.kind.way](order, training, recorded, tools)
    kept = {name: interval.value for name, interval in recorded.metrics.items()}
    now = {name: interval.value for name, interval in found.metrics.items()}
    metrics = now.keys() == kept.keys() and all(_same(now[n], kept[n]) for n in now)
    predictions = _same_predictions(found, recorded, tools)
    learned = None if found.model is None else _same_model(found, training, tools)
    return {
        "identical": bool(data and metrics and predictions and learned is not False),
        "data": data,
        "metrics": metrics,
        "predictions": predictions,
        "learned": learned,
        "value": {"recorded": recorded.score.value, "found": found.value},
        "libraries": _other_libraries(training, tools),
    }


def _answered(order: Order, training: Training, recorded: Run, tools: Tools) -> OnceMore:
    rows = development.read(order)
    parts = development.parts(rows, order, lambda share, message: None)
    card, means = Scorecard(order, rows, parts), means_of(order)
    if recorded.model in ENSEMBLES:
        trial = ensembles.again(recorded, parts, means, card)
    else:
        candidate = Candidate.recorded(MODELS[recorded.model], recorded.label, recorded.parameters)
        *_, trial = cross_validate(candidate, parts, means, len(rows.classes.names))
    entry, model = Entry(trial, card.score(trial), 0), None
    kept = out_of_fold(entry, card, tools)
    if recorded.run_id == training.recommended:
        model = Honed.of(entry, card).hone(_last(trial, rows, order, training, tools))
    value = entry.scored.score.value
    return OnceMore(entry.scored.metrics, value, kept, rows.table, model)


def _last(
    trial: Trial, rows: development.Rows, order: Order, training: Training, tools: Tools
) -> FittedModel:
    """The last fit on as many rows as the recorded one."""
    if training.hurried:
        return brief(trial, rows, order, training.fitted)[1]
    learned = learn_last(rows, order, tools.objects.home, training.fitted)
    return fit_last(trial if rows.whole is None else unshared(trial), learned, rows, order)


RUNNERS: Mapping[Way, Runner] = {
    "answers": _answered,
    "groups": found_again.grouped,
    "oddness": found_again.queued,
}


def _recorded(training: Training, run_id: str) -> Run:
    known = {run.run_id: run for run in training.leaderboard}
    if run_id == training.run_id:
        return training.winner
    if run_id not in known:
        raise NotFound.named("run", run_id, known)
    return known[run_id]


def _same(one: float, other: float) -> bool:
    return one == other or (np.isnan(one) and np.isnan(other))


def _same_predictions(found: OnceMore, recorded: Run, tools: Tools) -> bool:
    same = recorded.out_of_fold is not None and pq.read_table(found.kept).equals(
        pq.read_table(tools.objects.path(recorded.out_of_fold))
    )
    found.kept.unlink()
    return bool(same)


def _same_model(found: OnceMore, training: Training, tools: Tools) -> bool:
    """Whether recipe, encoder and every prediction of the model on all rows are the same."""
    assert found.model is not None
    stored = tools.models.load(training.model_sha256)
    frame = found.rows.to_pandas()
    return (
        found.model.transformer.state() == stored.transformer.state()
        and found.model.encoder == stored.encoder
        and bool(np.array_equal(found.model.score(frame), stored.score(frame)))
    )


def _other_libraries(training: Training, tools: Tools) -> dict[str, list[str]]:
    saved = tools.models.manifest(training.model_sha256)["libraries"]
    here = libraries()
    return {name: [saved[name], here[name]] for name in saved if saved[name] != here.get(name)}
