"""Twenty cases for a person, and how person, rule and model fared on them, with intervals."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mll_core.domain.contest import CASES, Contest, Shown
from mll_core.domain.metric import shown
from mll_core.domain.sheet import Rows
from mll_core.domain.task import Predictions
from mll_core.domain.training import Interval
from mll_core.infra.fitted_model import FittedModel
from mll_core.infra.paired import exact, means, shares
from mll_core.stages.evaluate.exam import held_out
from mll_core.stages.evaluate.rule import answered
from mll_core.stages.evaluate.seat import Seat

WHO = {"you": "you", "rule": "the rule", "model": "the model"}


def drawn(cases: Predictions, key: str) -> NDArray[np.int64]:
    """Places of the cases for one person: (20,) or fewer; the same key gives the same.

    Of classes as many of each as there can be, so that a rare one is met too.
    """
    seed = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")
    draw = np.random.default_rng(seed)
    order = draw.permutation(cases.n)
    if not cases.classes:
        return order[:CASES]
    truth = cases.truth[order].astype(np.int64)
    nth = np.empty(cases.n, np.int64)
    for code in range(len(cases.classes)):
        mine = np.flatnonzero(truth == code)
        nth[mine] = np.arange(len(mine))
    chosen = order[np.argsort(nth, kind="stable")[:CASES]]
    return draw.permutation(chosen)


def rule(
    seat: Seat, on: Rows, places: NDArray[np.int64], simple: FittedModel | None, kept: Path | None
) -> tuple[str, list[Any]]:
    """What it is called and what it says of these rows: today's rule, else the best simple one.

    ``simple`` is asked about test rows; of development rows ``kept`` holds what it said of each
    without having learned from it. Nothing when there is neither.
    """
    brief, cases, best = seat.document.brief, seat.cases(on), seat.training.best_baseline
    if cases is None:
        return "", []
    frame, truth = seat.rows(places, on), cases.truth[places]
    written = answered(brief.rule, seat.fitted, seat.files.development, [frame], truth)
    if written is not None:
        return "today's", _named(written, seat)
    found = None
    if simple is not None and on == "test":
        found = simple.predictions(frame)
    elif simple is not None and kept is not None:
        held, _ = held_out(kept, simple, seat.training.task)
        same = np.array_equal(held.truth, cases.truth)  # else they are of other rows
        found = held.take(places) if same else None
    return ("", []) if found is None or best is None else (best.label, _named(found, seat))


def _named(said: Predictions, seat: Seat) -> list[Any]:
    classes = seat.training.classes
    return [classes[int(n)] if classes else float(n) for n in said.label]


def judged(known: Sequence[Shown], classes: tuple[str, ...], rule: str, unit: str) -> Contest:
    """Everybody on the cases in ``known``, at least one."""
    said = {"you": [one.guess for one in known], "model": [one.model for one in known]}
    if rule and all(one.rule is not None for one in known):
        said["rule"] = [one.rule for one in known]
    truth = [one.truth for one in known]
    measure = _right(said, truth) if classes else _off(said, truth)
    return measure.model_copy(
        update={"rule": rule, "sentences": tuple(_sentences(measure, rule, unit))}
    )


def _right(said: dict[str, list[object]], truth: list[object]) -> Contest:
    right = {
        who: np.array([str(a) == str(b) for a, b in zip(answers, truth, strict=True)])
        for who, answers in said.items()
    }
    others = [who for who in ("you", "rule") if who in right]
    return Contest(
        measure="right",
        n=len(truth),
        scores={who: exact(int(hit.sum()), len(hit)) for who, hit in right.items()},
        apart={who: shares(right["model"], right[who]) for who in others},
    )


def _off(said: dict[str, list[object]], truth: list[object]) -> Contest:
    true = np.array(truth, dtype=np.float64)
    off = {who: np.abs(np.array(a, dtype=np.float64) - true) for who, a in said.items()}
    others = [who for who in ("you", "rule") if who in off]
    return Contest(
        measure="off",
        n=len(true),
        scores={who: _from_zero(means(each)) for who, each in off.items()},
        apart={who: means(off[who] - off["model"]) for who in others},
    )


def _from_zero(off: Interval) -> Interval:
    """Nobody is off by less than nothing."""
    return off.model_copy(update={"low": max(0.0, off.low)}) if off.low < 0 else off


def _sentences(found: Contest, rule: str, unit: str) -> list[str]:
    for_classes = found.measure == "right"
    told = []
    for who in ("you", "rule", "model"):
        if who not in found.scores:
            continue
        one, name = found.scores[who], WHO[who] if who != "rule" else f"the rule ({rule})"
        name = name[0].upper() + name[1:]
        verb = "were" if who == "you" else "was"
        if for_classes:
            hits = round(one.value * found.n)
            told.append(f"{name} {verb} right in {hits} of {found.n} cases{_span(one, unit)}.")
        else:
            off = shown(one.value, unit)
            told.append(f"{name} {verb} off by {off} on average{_span(one, unit)}.")
    for who, one in found.apart.items():
        against = {"you": "you", "rule": "the rule"}[who]
        clear = one.low > 0 or one.high < 0
        word = "better" if one.value >= 0 else "worse"
        size = f"{100 * abs(one.value):.0f} points" if for_classes else shown(abs(one.value), unit)
        if clear:
            told.append(f"On the same cases the model is {word} than {against} by {size}.")
        else:
            told.append(
                f"On the same cases the model is {size} {word} than {against}: with "
                f"{found.n} cases that may be luck."
            )
    return told


def _span(one: Interval, unit: str) -> str:
    if np.isnan(one.low):
        return ""
    if unit == "share":
        return f" ({100 * one.low:.0f} to {100 * one.high:.0f} %)"
    return f" ({shown(one.low, unit)} to {shown(one.high, unit)})"
