"""What is said of both parts of a split: how they lie, whether they can be told, what repeats."""

from collections.abc import Collection
from dataclasses import dataclass

from mll_core.domain.connector import Progress
from mll_core.domain.data import Split
from mll_core.infra.objects import ObjectStore


@dataclass(frozen=True)
class Shown:
    """What is compared: the target, columns that must not decide unfairly, and what is left out."""

    target: str | None
    protected: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    """Columns that name a row: rows may be alike in all others."""
    excluded: Collection[str] = ()
    """Columns the model never sees."""


def compare(split: Split, shown: Shown, objects: ObjectStore, progress: Progress) -> Split:
    """The split with its balance, the adversarial check and the repeated rows.

    Of the test only figures are told, of rows only those to learn from can be listed.
    """
    from mll_core.infra import adversary, differences, repeated

    development = objects.path(split.development.sha256)
    test = objects.path(split.test.sha256)
    there = split.development.names
    drawn = split.time_column is None and split.part_column is None
    parts = differences.Parts(development, test, drawn)
    progress(0.9, "Comparing both parts.")
    protected = [name for name in shown.protected if name in there and name != shown.target]
    answers = [shown.target] if shown.target is not None else []
    balance = (
        *(differences.balance(parts, name, "target") for name in answers),
        *(differences.balance(parts, name, "protected") for name in protected),
    )
    progress(0.93, "Trying to tell test rows from the others.")
    decided = {split.time_column, split.group_column, split.part_column} - {None}
    hidden = {*answers, *shown.keys, *shown.excluded, *map(str, decided)}
    telling = adversary.telling(
        adversary.Asked(
            development, test, hidden, split.kind, group=split.group_column, seed=split.seed
        )
    )
    progress(0.97, "Looking for rows on both sides.")
    grouped = split.group_column is not None
    twins = repeated.repeats(development, test, ignored(split, shown), grouped)
    return split.model_copy(update={"balance": balance, "telling": telling, "twins": twins})


def ignored(split: Split, shown: Shown) -> frozenset[str]:
    """Columns in which rows that are alike may differ."""
    return frozenset({*filter(None, [shown.target]), *shown.keys, *split.aside})
