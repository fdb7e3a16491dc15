"""The draw: which rows are tested, which are learned from in which folds, and which in neither."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mll_core.domain.errors import TooFewRows
from mll_core.domain.split_section import SplitSection
from mll_core.domain.task import Form, Task
from mll_core.infra import folds
from mll_core.infra.answers import FEWEST, Answers
from mll_core.infra.beside import Deciding
from mll_core.infra.folds import Beside, Layout

REPEAT_BELOW = 2_000
ONE_CUT_ABOVE = 200_000


@dataclass(frozen=True, eq=False)
class Drawn:
    """Which of the rows with a target are tested and learned from; which are neither, and why.

    ``gap``: too near before the test. ``kin``: of the others, rows of a group that is tested.
    """

    tested: NDArray[np.bool_]
    learned: NDArray[np.bool_]
    gap: NDArray[np.bool_]
    kin: NDArray[np.bool_]

    @property
    def rows(self) -> int:
        """How many rows there are in all of these."""
        return int((self.tested | self.learned | self.gap | self.kin).sum())

    def back(self, places: NDArray[np.int64]) -> "Drawn":
        """The same for rows in the order they had before the nth of them was put at ``places``."""
        order = np.argsort(places)
        return Drawn(self.tested[order], self.learned[order], self.gap[order], self.kin[order])


@dataclass(frozen=True)
class Shares:
    """Of how many ``rows`` was drawn, how many to be ``learned`` from and ``tested``, before steps
    dropped some."""

    rows: int
    learned: int
    tested: int = 0


def draw(answers: Answers, beside: Beside, deciding: Deciding, section: SplitSection) -> Drawn:
    """Draw the test, and leave out of learning what would know too much of it.

    By time and group the newest rows are tested; older rows of a group that is tested are left
    out, so that the test stays as new and as large as asked. Raises TooFewRows.
    """
    tested = _tested(answers, beside, deciding, section)
    gap, kin = np.zeros_like(tested), np.zeros_like(tested)
    if beside.times is not None:
        gap = folds.in_gap(beside.times, tested, section.gap)
    if deciding.kind == "time_group" and beside.groups is not None:
        kin = folds.kin(beside.groups, tested) & ~gap
    learned = ~(tested | gap | kin)
    if (gap | kin).any() and learned.sum() < FEWEST:
        message = (
            f"Only {learned.sum():,} rows are left to learn from: {gap.sum():,} lie in the gap "
            f"before the test, {kin.sum():,} are older rows of groups that are tested."
        )
        raise TooFewRows(message, hint="Take a smaller test share or gap, or split by time alone.")
    return Drawn(tested, learned, gap, kin)


def _tested(
    answers: Answers, beside: Beside, deciding: Deciding, section: SplitSection
) -> NDArray[np.bool_]:
    share, rng = section.test_share, np.random.default_rng((section.seed, 0))
    if beside.parts is not None:
        for part, word in ((folds.LEARN, "train"), (folds.TEST, "test")):
            if not (beside.parts == part).any():
                message = f"split.part_column: {deciding.part_column!r} says of no row {word!r}."
                raise TooFewRows(message, hint="Both are needed; validation may be left out.")
        return np.asarray(beside.parts == folds.TEST)
    if beside.fresh is not None:
        return _fresh(beside)
    if beside.times is not None:
        _refuse_few(beside.times, f"split.time_column: {deciding.time_column!r}", 2)
        return folds.draw_newest(beside.times, share)
    if beside.groups is not None:
        _refuse_few(beside.groups, f"split.group_column: {deciding.group_column!r}", 3)
        return folds.draw_groups(beside.groups, share, rng)
    if deciding.kind == "random":
        return folds.draw_strata(np.zeros(len(answers.y), dtype=np.int64), share, rng)
    return folds.draw_strata(folds.strata(answers.y, deciding.strata), share, rng)


def _fresh(beside: Beside) -> NDArray[np.bool_]:
    """Rows that were added, but for those not newer than an older one, when time parts, and those
    of a group that was there before. Raises TooFewRows.
    """
    tested = np.asarray(beside.fresh, dtype=np.bool_)
    if beside.times is not None and (~tested).any():
        moments = folds.codes(beside.times, ordered=True)
        tested = tested & (moments > moments[~tested].max())
    elif beside.groups is not None:
        who = folds.codes(beside.groups)
        tested = tested & ~np.isin(who, who[~tested])
    refuse_few_fresh(int(tested.sum()))
    return tested


def refuse_few_fresh(tested: int) -> None:
    """Refuse a fresh test of too few rows. Raises TooFewRows."""
    if tested < FEWEST:
        message = f"Only {tested:,} rows that were added can be a fresh test."
        hint = f"At least {FEWEST} are needed: add more, or leave split.fresh_from out."
        raise TooFewRows(message, hint=hint)


@dataclass(frozen=True)
class Folding:
    """How the development rows are folded, as asked and as they allow."""

    section: SplitSection
    deciding: Deciding
    task: Task
    target: str

    @property
    def kind(self) -> folds.Kind:
        """The kind of split."""
        return self.deciding.kind

    def layout(self, development: Answers, beside: Beside, were: Shares) -> Layout:
        """One cut when a validation share is asked for, a column says so or there are above 200,000
        rows; else folds, fewer than asked when a class is rare. ``were``: as it was drawn, so that
        rows of the test that steps drop change no share.

        Raises TooFewRows.
        """
        n = len(development.y)
        if self.section.validation_share is not None:
            share = min(0.9, self.section.validation_share * were.rows / were.learned)
            return self._one_cut(development, beside, share)
        if beside.parts is not None and (held := beside.parts == folds.VALIDATE).any():
            return self._one_cut(development, beside, float(held.mean()))
        if n > ONE_CUT_ABOVE:
            return self._layout(1, 1)
        repeats = self.section.repeats or (3 if n < REPEAT_BELOW else 1)
        most = self.section.folds
        if beside.groups is not None and self.kind == "group":
            most = min(most, len(np.unique(folds.codes(beside.groups))))
        for k in range(most, 1, -1):
            cuts = folds.cuts(development.y, self._layout(k, 1), beside)
            if len(cuts) == k and self._fair(cuts, development):
                return self._layout(k, 1 if self.kind in folds.BY_TIME else repeats)
        raise _too_rare(development, self.target, "not enough to be in every fold")

    def refuse_rare(self, answers: Answers) -> None:
        """Refuse a class with too few rows to be in both parts of a draw by classes. Raises
        TooFewRows."""
        drawn = self.kind == "stratified" and self.section.fresh_from is None
        if drawn and answers.names and answers.rarest()[1] < folds.RAREST:
            raise _too_rare(answers, self.target, f"fewer than {folds.RAREST}")

    def _one_cut(self, development: Answers, beside: Beside, share: float) -> Layout:
        layout = self._layout(1, 1, share)
        cuts = folds.cuts(development.y, layout, beside)
        if not (cuts and self._fair(cuts, development)):
            what = "not enough to be learned from and validated on"
            raise _too_rare(development, self.target, what)
        return layout

    def _layout(self, k: int, repeats: int, validation: float = folds.ONE_CUT) -> Layout:
        gap = self.section.gap if self.kind in folds.BY_TIME else 0.0
        seed, strata = self.section.seed, self.deciding.strata
        return Layout(self.kind, k, repeats, seed, gap, validation, strata)

    def _fair(self, cuts: folds.Cuts, development: Answers) -> bool:
        """Whether every fold learns from each class, and can tell a binary model right or wrong."""
        if not development.names:
            return all(len(learn) > 1 and len(valid) for learn, valid in cuts)
        classes = set(np.unique(development.y))
        both = self.task.form is Form.TWO
        return all(
            classes == set(np.unique(development.y[learn]))
            and (not both or classes == set(np.unique(development.y[valid])))
            for learn, valid in cuts
        )


def _refuse_few(values: folds.Values, where: str, few: int) -> None:
    if len(np.unique(folds.codes(values))) < few:
        message = f"{where} has fewer than {few} values."
        raise TooFewRows(message, hint="Choose another column, or another kind of split.")


def _too_rare(answers: Answers, target: str, what: str) -> TooFewRows:
    if not answers.names:
        return TooFewRows(
            f"{len(answers.y):,} rows to learn from are {what}.",
            hint="Take a smaller test share or gap, fewer folds, or collect more rows.",
        )
    name, count = answers.rarest()
    message = f"Class {name!r} of {target!r} has {count} rows to learn from, {what}."
    hint = "Collect more of its rows, or leave it out with the step Filter rows."
    return TooFewRows(message, hint=hint)
