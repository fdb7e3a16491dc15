"""Running a run again from its order, to see whether it comes out the same."""

from typing import Any

import numpy as np
import pyarrow.parquet as pq

from mll_core.catalog import ENSEMBLES, MODELS
from mll_core.domain.errors import NotFound
from mll_core.domain.training import Run, Training
from mll_core.infra import files
from mll_core.infra.model_store import libraries
from mll_core.stages.train import ensembles
from mll_core.stages.train import rows as development
from mll_core.stages.train.ahead import unshared
from mll_core.stages.train.entry import Entry
from mll_core.stages.train.finish import out_of_fold
from mll_core.stages.train.fitting import Candidate
from mll_core.stages.train.honing import Honed
from mll_core.stages.train.large import learn_last
from mll_core.stages.train.last_fit import fit_last, means_of
from mll_core.stages.train.order import Order, Tools
from mll_core.stages.train.scorecard import Scorecard
from mll_core.stages.train.trial import run as cross_validate


def reproduce(order: Order, training: Training, run_id: str, tools: Tools) -> dict[str, Any]:
    """Cross-validate one run of ``training`` again, and compare what comes out, bit by bit.

    Keys: ``identical``, ``data``, ``metrics``, ``predictions``, ``learned`` (None unless it is
    the recommended run, whose model is fitted on all rows again), ``value`` as recorded and as
    found, and ``libraries`` whose versions differ. Raises NotFound.
    """
    recorded = _recorded(training, run_id)
    data = files.sha256_of(order.development) == order.split.development.sha256
    rows = development.read(order)
    parts = development.parts(rows, order, lambda share, message: None)
    card, means = Scorecard(order, rows, parts), means_of(order)
    if recorded.model in ENSEMBLES:
        trial = ensembles.again(recorded, parts, means, card)
    else:
        candidate = Candidate.recorded(MODELS[recorded.model], recorded.label, recorded.parameters)
        *_, trial = cross_validate(candidate, parts, means, len(rows.classes.names))
    entry = Entry(trial, card.score(trial), 0)
    found = {name: interval.value for name, interval in entry.scored.metrics.items()}
    kept = {name: interval.value for name, interval in recorded.metrics.items()}
    metrics = found.keys() == kept.keys() and all(_same(found[n], kept[n]) for n in found)
    predictions = _same_predictions(entry, card, recorded, tools)
    learned = None
    if recorded.run_id == training.recommended:
        learned = _same_model(entry, card, rows, training, tools)
    return {
        "identical": bool(data and metrics and predictions and learned is not False),
        "data": data,
        "metrics": metrics,
        "predictions": predictions,
        "learned": learned,
        "value": {"recorded": recorded.score.value, "found": entry.scored.score.value},
        "libraries": _other_libraries(training, tools),
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


def _same_predictions(entry: Entry, card: Scorecard, recorded: Run, tools: Tools) -> bool:
    if recorded.out_of_fold is None:
        return False
    path = out_of_fold(entry, card, tools)
    same = pq.read_table(path).equals(pq.read_table(tools.objects.path(recorded.out_of_fold)))
    path.unlink()
    return bool(same)


def _same_model(
    entry: Entry, card: Scorecard, rows: development.Rows, training: Training, tools: Tools
) -> bool:
    """Whether recipe, encoder and every prediction of the model on all rows are the same."""
    order = card.order
    learned, trial = learn_last(rows, order, tools.objects.home, training.fitted), entry.trial
    trial = trial if rows.whole is None else unshared(trial)
    again = Honed.of(entry, card).hone(fit_last(trial, learned, rows, order))
    stored = tools.models.load(training.model_sha256)
    frame = rows.table.to_pandas()
    return (
        again.transformer.state() == stored.transformer.state()
        and again.encoder == stored.encoder
        and bool(np.array_equal(again.score(frame), stored.score(frame)))
    )


def _other_libraries(training: Training, tools: Tools) -> dict[str, list[str]]:
    saved = tools.models.manifest(training.model_sha256)["libraries"]
    here = libraries()
    return {name: [saved[name], here[name]] for name in saved if saved[name] != here.get(name)}
