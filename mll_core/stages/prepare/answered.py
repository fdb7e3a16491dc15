"""Steps that use the answer: it would not be there when a row is scored."""

from collections.abc import Iterator

from mll_core.domain.errors import InvalidParameter
from mll_core.domain.recipe import Recipe
from mll_core.domain.step import Step
from mll_core.domain.table_step import TableStep


def refuse_target(recipe: Recipe, target: str, gap: float = 0) -> None:
    """Refuse a column step that names the target: it would not exist when a row is scored.

    Steps that are not replayed may, for they run once, before the split, unless they would put a
    row's own answer into another of its columns. A step over earlier rows may take values of it
    that are known by then: after ``gap`` days, when the split leaves so many out before the test.
    Raises InvalidParameter.
    """
    for _, error in of_target(recipe, target, gap):
        raise error


def of_target(
    recipe: Recipe, target: str, gap: float = 0
) -> Iterator[tuple[int, InvalidParameter]]:
    """(place, why not) of each step that ``refuse_target`` refuses."""
    for i, step in enumerate(recipe.steps):
        once = recipe.runs_once(i) and step.rows != "window"
        if not step.enabled or (once and not _copies(step, target)):
            continue
        named = [(field, column) for field, column, _ in step.picks()] + list(step.makes())
        for name, column in named:
            if column == target and not _known_by_then(step, target, gap):
                message = f"steps.{i}.{step.kind}.{name}: {target!r} is the target."
                yield i, InvalidParameter(message, hint=_NO_ANSWER[step.rows == "window"])
                break


def _copies(step: Step, target: str) -> bool:
    """Whether a step that runs once puts what the target says into another column of the row."""
    fields = {field for field, column, _ in step.picks() if column == target}
    if step.rows == "keep":
        return bool(fields) and target not in (step.changes or ())
    if isinstance(step, TableStep):
        return bool(fields)
    return step.rows == "shape" and fields > {"by"}


_NO_ANSWER = {
    False: (
        "A new row comes without its answer, so no step may use it. Remove the step; "
        "to leave out rows by their answer, filter rows."
    ),
    True: (
        "Answers come late: a step may look at earlier ones, and only once they are known. "
        "Say after how many days that is (delay_days, at least the gap of the split), in a step "
        "that looks back."
    ),
}


def _known_by_then(step: Step, target: str, gap: float) -> bool:
    """Whether all that the step takes of the target are answers that were known at the time."""
    across = step.across()
    if across is None or across.time is None or across.ahead:
        return False
    if across.delay_days < max(gap, 1):
        return False
    return target not in (*across.by, across.time)
