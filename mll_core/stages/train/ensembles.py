"""Several models as one: mixed by out-of-fold scores, judged on folds the mix was not made from."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from mll_core.catalog import ENSEMBLES, MODELS
from mll_core.domain.ensemble import Ensemble
from mll_core.domain.task import Floats
from mll_core.domain.training import Run
from mll_core.stages.train.entry import Entry
from mll_core.stages.train.fitting import Candidate, Means, Mixture
from mll_core.stages.train.held_out import HeldOut
from mll_core.stages.train.rows import Part
from mll_core.stages.train.scorecard import Scorecard
from mll_core.stages.train.search import Search
from mll_core.stages.train.trial import Trial
from mll_core.stages.train.trial import run as cross_validate

MOST = 12
"""Models that an ensemble is made from, at the most."""
FEWEST = 2
BAGS = 3
"""Seeds that a member is fitted with when there is time: more add little."""
LIGHTEST = 0.01
"""A weight below this share of all is not worth a model to keep and to run."""


def of(search: Search) -> Iterator[Entry]:
    """An entry per kind of ensemble that mixes at least two of the models tried."""
    section = search.order.section
    followed = section.interpretable_only or "groups" in section.expectations.demands
    mixes = section.ensembles and search.order.kind.mixes
    if search.stopped or followed or not mixes:
        return
    entries = _affordable(search)
    for number, cls in enumerate(ENSEMBLES.values(), len(search.entries) + 1):
        if len(entries) < FEWEST or search.order.task not in cls.tasks:
            continue
        ensemble = cls.of()
        heavy = _heavy(ensemble, entries, search.card)
        if len(heavy) >= FEWEST:
            trials = [entry.trial for entry in heavy]
            trial = mixed(ensemble, trials, search.card, _bags(search, trials))
            yield Entry(trial, search.card.score(trial), number)


def mixed(ensemble: Ensemble, trials: Sequence[Trial], card: Scorecard, bags: int = 1) -> Trial:
    """The trials as one; each fold is mixed by the weights that the other folds gave.

    ``bags``: how often a member that hangs on chance will be fitted in the end.
    """
    whole = [HeldOut.of(card, trial) for trial in trials]
    mix = ensemble.mix([one.score for one in whole], whole[0].truth, card.order.task)
    tried = [_alone(trial) for trial in trials]
    mixture = Mixture(
        ensemble=ensemble,
        label=f"{ensemble.label} of {len(trials)}",
        members=tuple(tried),
        settled=tuple(trial.settled or one.model for trial, one in zip(trials, tried, strict=True)),
        mix=mix,
        bags=bags,
    )
    weighed = list(zip(trials, mixture.draws, strict=True))
    train_scores = zip(*(trial.train_scores for trial in trials), strict=True)
    return Trial(
        candidate=mixture,
        scores=list(_crossed(ensemble, trials, card)),
        train_scores=[mix.blend(scores) for scores in train_scores],
        train_truths=trials[0].train_truths,
        seconds=[sum(each) for each in zip(*(trial.seconds for trial in trials), strict=True)],
        fit_seconds=[sum(each) for each in zip(*(t.fit_seconds for t in trials), strict=True)],
        bytes=sum(trial.bytes * draws for trial, draws in weighed),
        milliseconds_per_row=sum(t.milliseconds_per_row * draws for t, draws in weighed),
        growth=trials[0].growth,
    )


def again(recorded: Run, parts: list[Part], means: Means, card: Scorecard) -> Trial:
    """A recorded ensemble cross-validated anew, from its members on."""
    given = dict(recorded.parameters)
    trials = []
    for member in given.pop("members"):
        candidate = Candidate.recorded(MODELS[member["model"]], member["label"], member["settings"])
        *_, trial = cross_validate(candidate, parts, means, len(card.names))
        trials.append(trial)
    given.pop("mix")
    bags = given.pop("bags")
    return mixed(ENSEMBLES[recorded.model].of(**given), trials, card, bags)


def _affordable(search: Search) -> list[Entry]:
    """The best models, as many as can be fitted once more on all rows in the time kept for it."""
    seconds, found = search.clock.kept + max(0.0, search.clock.left), []
    for entry in search.ranked[:MOST]:
        whole = _alone(entry.trial).share == 1
        need = entry.trial.last_fit
        if whole and not entry.model.baseline and need <= seconds:
            found.append(entry)
            seconds -= need
    return found


def _bags(search: Search, trials: Sequence[Trial]) -> int:
    """How often members that hang on chance can be fitted in the time there is."""
    need = {True: 0.0, False: 0.0}
    for trial in trials:
        need[_alone(trial).model.drawn] += trial.last_fit
    left = search.clock.kept + max(0.0, search.clock.left) - need[False]
    return max(1, min(BAGS, int(left / max(need[True], 1e-9)))) if left < np.inf else BAGS


def _heavy(ensemble: Ensemble, entries: list[Entry], card: Scorecard) -> list[Entry]:
    held = [HeldOut.of(card, entry.trial) for entry in entries]
    weights = np.array(
        ensemble.mix([one.score for one in held], held[0].truth, card.order.task).weights
    )
    light = LIGHTEST * weights.sum()
    return [entry for entry, weight in zip(entries, weights, strict=True) if weight > light]


def _crossed(ensemble: Ensemble, trials: Sequence[Trial], card: Scorecard) -> Iterator[Floats]:
    """The mixed scores of each part, repeats included."""
    task, size = card.order.task, len(card.once)
    if size == 1:
        yield _within(ensemble, trials, card)
        return
    for fold in range(len(card.parts)):
        first = fold - fold % size
        others = [at for at in range(first, min(first + size, len(card.parts))) if at != fold]
        truth: Any = np.concatenate([card.parts[at].judged_truth for at in others])
        said = [np.concatenate([trial.scores[at] for at in others]) for trial in trials]
        yield ensemble.mix(said, truth, task).blend([trial.scores[fold] for trial in trials])


def _within(ensemble: Ensemble, trials: Sequence[Trial], card: Scorecard) -> Floats:
    """A single cut is dealt into parts, each mixed by the weights that the others gave."""
    held = [HeldOut.of(card, trial) for trial in trials]
    score = np.empty_like(trials[0].scores[0], dtype=np.float64)
    for part, places in enumerate(HeldOut.places(card)):
        rest = [one.without(part) for one in held]
        mix = ensemble.mix([one.score for one in rest], rest[0].truth, card.order.task)
        score[places] = mix.blend([one.scores[part] for one in held])
    return score


def _alone(trial: Trial) -> Candidate:
    assert isinstance(trial.candidate, Candidate)  # ensembles are not mixed again
    return trial.candidate
