"""The case file of a column that may give the answer away, and its words."""

from collections.abc import Iterator

from mll_core.domain.fixes import percent
from mll_core.domain.training import Interval
from mll_core.domain.value import Value
from mll_core.domain.worth import Change

CHANCE = {"auc": ("ROC AUC", "0.5 is chance, 1 knows it all"), "r2": ("R²", "0 is chance, 1 all")}
FEW = 5
"""Answers told at the most."""


class Copy(Value):
    """How nearly a column says the same as the target.

    ``agree``: share of rows where the best answer per value is right (classes), or the very same
    value stands (numbers); ``base``: the same share without the column. ``rank``: Spearman's
    correlation, None where one has no order. ``information``: mutual information over the
    entropy of the target, of held-together levels; None for numbers.
    """

    agree: float
    base: float
    rank: float | None = None
    information: float | None = None
    rows: int = 0

    def told(self, target: str) -> Iterator[str]:
        """How nearly it is a copy, a sentence each."""
        if self.base:
            yield (
                f"Its value alone gives the right answer in {percent(self.agree, 1)} of the rows; "
                f"always the most frequent answer does in {percent(self.base, 1)}."
            )
        elif self.agree:
            yield f"It is the very same as {target!r} in {percent(self.agree, 1)} of the rows."
        if self.rank is not None:
            yield f"Rank correlation with {target!r}: {self.rank:+.2f} (1 is the same order)."
        if self.information is not None:
            yield f"It holds {percent(self.information, 1)} of the information in {target!r}."


class Filled(Value):
    """In which share of the rows of each answer the column has a value."""

    answer: str
    rows: int
    share: float


class CaseFile(Value):
    """All that is known of a column that may give the answer away."""

    column: str
    suspicions: tuple[str, ...]
    """Why it is here, each in a sentence."""
    origin: str = ""
    """From which other table it was looked up, in a sentence; empty for a column of the data."""
    alone: Interval | None = None
    """Its score by itself."""
    alone_measure: str = ""
    missing: int = 0
    rows: int = 0
    filled: tuple[Filled, ...] = ()
    gaps_alone: float | None = None
    """The score of "has a value" by itself, in ``alone_measure``."""
    timeline: str = ""
    """Where its values lie on the timeline, when a date or its name tells."""
    copy_of_target: Copy | None = None
    steps: tuple[int, ...] = ()
    """Places in the recipe, from 1, of steps that use it; they are left out with it."""
    rerun: Change | None = None
    rerun_reason: str = ""
    """Why there was no rerun."""
    alike: tuple[str, ...] = ()
    """Which columns say nearly the same, a sentence each."""
    others: tuple[str, ...] = ()
    """The other suspects, when there are any."""
    together: Change | None = None
    """The score with all suspects and without any of them."""

    def told(self, target: str, metric: str, model: str) -> Iterator[str]:
        """The evidence, a sentence each."""
        if self.origin:
            yield self.origin
        if self.alone:
            name, scale = CHANCE[self.alone_measure]
            yield (
                f"By itself it predicts {target!r} with {name} {self.alone.value:.3f} "
                f"({self.alone.low:.3f} to {self.alone.high:.3f}), {self.alone.n:,} rows; {scale}."
            )
        if self.missing:
            yield from self._gaps(target)
        if self.timeline and self.timeline not in self.suspicions:
            yield self.timeline
        if self.copy_of_target:
            yield from self.copy_of_target.told(target)
        if self.rerun:
            yield (
                f"With it {model} scores {metric} {self.rerun.with_it:.3f}, without it "
                f"{self.rerun.without:.3f}: {self.rerun.sentence()}."
            )
            if self.rerun.effect == "helps":
                yield "A leak would look just like that: it helps here and is not there in use."
        if self.together:
            names = " and ".join(map(repr, self.others))
            yield (
                f"Suspects hide each other, for one does while another is there: with all of them "
                f"{model} scores {metric} {self.together.with_it:.3f}, without it and {names} "
                f"{self.together.without:.3f}: {self.together.sentence()}."
            )
        yield from (said for said in self.alike if said not in self.suspicions)
        yield from self._left_out()

    def _left_out(self) -> Iterator[str]:
        if self.steps:
            what = "Step" if len(self.steps) == 1 else "Steps"
            places = ", ".join(map(str, self.steps))
            yield f"{what} {places} of the recipe would carry it over, and went with it."
        if self.rerun_reason:
            yield self.rerun_reason

    def _gaps(self, target: str) -> Iterator[str]:
        yield f"It is missing in {self.missing:,} of {self.rows:,} rows."
        shares = [f"{100 * one.share:.1f} % of the rows with {one.answer!r}" for one in self.filled]
        if shares:
            yield f"It has a value in {', '.join(shares[:FEW])}."
        if self.gaps_alone is not None:
            name, _ = CHANCE["auc" if self.filled else "r2"]
            yield f"Whether it has a value predicts {target!r} with {name} {self.gaps_alone:.3f}."


class Cases(Value):
    """The case files of the development rows of one split."""

    target: str
    metric_label: str = ""
    model: str = ""
    cases: tuple[CaseFile, ...] = ()
    duplicates: str = ""
    """Rows that stand on both sides of the split, in a sentence; empty when not counted."""
    finished: bool = False
    measured: dict[str, tuple[float, ...]] = {}
