"""What can be undone in a recipe and what can be made again, read off the document's versions."""

from collections.abc import Iterator
from dataclasses import dataclass

from mll_core.domain.step import Step
from mll_core.history import History

UNDONE, REDONE = "undid the last change of the recipe", "made the undone change again"
Steps = tuple[Step, ...]


@dataclass(frozen=True)
class Trail:
    """What can be undone and what can be made again: recipes, the nearest last."""

    undo: tuple[Steps, ...]
    redo: tuple[Steps, ...]


def trail(history: History) -> Trail:
    """The recipes before the present one, and those that were taken back from it."""
    undo: list[Steps] = []
    redo: list[Steps] = []
    now: Steps | None = None
    for reason, steps in _story(history):
        if now is None or steps == now:
            now = steps
            continue
        if reason == UNDONE and undo:
            redo.append(now)
            undo.pop()
        elif reason == REDONE and redo:
            undo.append(now)
            redo.pop()
        else:
            undo.append(now)
            redo.clear()
        now = steps
    return Trail(tuple(undo), tuple(redo))


def _story(history: History) -> Iterator[tuple[str, Steps]]:
    for version in reversed(history.versions()):
        yield version.reason, history.read(version).prepare.steps
