"""A split in words: what is sealed, how it was drawn, what is learned from, what is left out."""

from mll_core.domain.data import Split

_MUCH_LESS = 0.75


def sentence(split: Split, asked: int, *, classes: bool, chooses: str = "") -> str:
    """The split in a few sentences with its counts. ``asked``: folds that were asked for.

    ``chooses``: the label of the step before which rows were parted, if they were before the last.
    """
    learned, test = split.development.rows, split.test.rows
    total = learned + test + split.left_in_gap + split.left_of_tested_groups
    return (
        f"{test:,} of {total:,} rows ({100 * test / total:.0f} %) are sealed for the test, "
        f"{_drawn(split, classes)}; {'the other ' * (total == learned + test)}{learned:,} are "
        f"learned from in {_folded(split)}.{_left_out(split)}{_fewer(split, asked, classes)}"
        f"{_chosen(chooses)}"
    )


def lost(split: Split, rows: int, tested: int) -> str:
    """What is to say when steps left much less of the test than was drawn: ``tested`` of ``rows``.

    Empty when the test has about the share it was drawn with.
    """
    left = split.test.rows / max(1, split.test.rows + split.development.rows)
    if left >= _MUCH_LESS * tested / max(1, rows):
        return ""
    return (
        f" {tested:,} of {rows:,} rows were drawn for the test before steps dropped some. Take a "
        "larger test share if this is too few."
    )


def _drawn(split: Split, classes: bool) -> str:
    if split.fresh_from is not None and split.kind != "column":
        return _fresh(split)
    time, group = split.time_column, split.group_column
    by_class = "so that every class has its share"
    return {
        "random": "drawn at random",
        "stratified": f"drawn {by_class}" if classes else f"drawn {split.strata.words}",
        "time": f"the newest by {time!r}",
        "group": f"drawn so that no {group!r} is on both sides",
        "time_group": f"the newest by {time!r}, and no {group!r} is on both sides",
        "column": f"as {split.part_column!r} says",
    }[split.kind]


def _fresh(split: Split) -> str:
    said = f"those added after row {split.fresh_from:,} of the data"
    if split.time_column:
        return f"{said} and newer by {split.time_column!r} than all before"
    if split.group_column:
        return f"{said} whose {split.group_column!r} was not there before"
    return said


def _folded(split: Split) -> str:
    by_time = split.time_column is not None
    if split.folds == 1:
        held = round((split.validation or 0) * split.development.rows)
        return f"one validation cut, {held:,}{' of the newest' * by_time} rows of them"
    said = f"{split.folds} windows, each validated on what came next" * by_time
    said = said or f"{split.folds} folds"
    if split.repeats > 1:
        return f"{said}, redrawn {split.repeats} times"
    return said + " and away from the groups validated on" * (split.kind == "time_group")


def _left_out(split: Split) -> str:
    said = ""
    if split.gap:
        said += (
            f" {split.left_in_gap:,} rows lie in the gap of {split.gap:g} before the test and are "
            "left out; validation keeps the same gap."
        )
    if split.kind == "time_group":
        said += (
            f" {split.left_of_tested_groups:,} older rows are left out because their "
            f"{split.group_column!r} is tested."
        )
    return said


def _chosen(chooses: str) -> str:
    if not chooses:
        return ""
    return (
        f" Rows were parted before the step {chooses!r}, which chose among those of each part: no "
        "tested row decides which others stay."
    )


def _fewer(split: Split, asked: int, classes: bool) -> str:
    if not 1 < split.folds < asked:
        return ""
    why = "the rarest class allows" if classes and split.time_column is None else "the rows allow"
    return f" {asked} folds were asked for; {why} {split.folds}."
