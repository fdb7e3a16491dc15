"""Twenty cases for a person, and how person, rule and model fared on them, with intervals."""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mll_core.domain.contest import CASES, Contest, Shown
from mll_core.domain.metric import shown
from mll_core.domain.task import Predictions
from mll_core.domain.training import Interval
from mll_core.infra.paired import exact, means, shares

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
        scores={who: means(each) for who, each in off.items()},
        apart={who: means(off[who] - off["model"]) for who in others},
    )


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
