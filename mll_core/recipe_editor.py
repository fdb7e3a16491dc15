"""The recipe of one project, edited step by step; every change is a version of the document."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from mll_core.catalog import read_steps
from mll_core.domain.document import Document
from mll_core.domain.errors import (
    InvalidParameter,
    MllError,
    NotReady,
    UnknownColumn,
    WrongColumnKind,
)
from mll_core.domain.finding import Fix
from mll_core.domain.identity import Permission
from mll_core.domain.recipe import Recipe, ordered
from mll_core.domain.step import Step
from mll_core.history import History
from mll_core.infra.guard import needs
from mll_core.other_tables import OtherTables
from mll_core.results import Results
from mll_core.worth import Worth

PATH = "prepare.steps"
UNDONE, REDONE = "undid the last change of the recipe", "made the undone change again"
_NOTHING = {
    UNDONE: ("There is nothing to take back.", "Change the recipe first."),
    REDONE: ("There is nothing to make again.", "Only what was just taken back can be."),
}
COPY_OFF = "The copy is switched off: beside the step it was made of it cannot work as it is."
Steps = tuple[Step, ...]


@dataclass(frozen=True)
class Trail:
    """What can be undone and what can be made again: recipes, the nearest last."""

    undo: tuple[Steps, ...]
    redo: tuple[Steps, ...]


class RecipeEditor:
    """Add, change, move, copy, switch off, note, undo."""

    def __init__(
        self, history: History, results: Results, tables: OtherTables, worth: Worth
    ) -> None:
        self.access = history.access
        self._history = history
        self._results = results
        self._tables = tables
        self._worth = worth

    @property
    @needs(Permission.VIEW)
    def steps(self) -> Steps:
        """The recipe as it stands, with what is switched off."""
        return self._history.document().prepare.steps

    @needs(Permission.EDIT)
    def add(self, step: Step, at: int | None = None) -> None:
        """Add a step at a place, else at the end; one that looks at rows before any that learns."""
        place = len(self.steps) if at is None else at
        steps = ordered((*self.steps[:place], step, *self.steps[place:]))
        self._save(steps, f"added a step: {step.sentence()}")

    @needs(Permission.EDIT)
    def replace(self, index: int, step: Step) -> None:
        """Put ``step`` in the place of another; the notes stay unless it brings its own."""
        old = self._at(index)
        notes = {"enabled": old.enabled, "comment": old.comment, "group": old.group}
        brought = {name: getattr(step, name) for name in notes if name in step.model_fields_set}
        new = step.model_copy(update={**notes, **brought})
        self._save(_with(self.steps, index, new), f"changed step {index + 1}: {step.sentence()}")

    @needs(Permission.EDIT)
    def remove(self, index: int) -> None:
        """Take a step out."""
        said = self._at(index).sentence()
        left = (*self.steps[:index], *self.steps[index + 1 :])
        self._save(left, f"removed step {index + 1}: {said}")

    @needs(Permission.EDIT)
    def move(self, index: int, to: int) -> None:
        """Move a step to another place. Raises InvalidParameter when rows would be chosen late."""
        step = self._at(index)
        self._at(to)
        others = [*self.steps[:index], *self.steps[index + 1 :]]
        others.insert(to, step)
        self._save(tuple(others), f"moved step {index + 1} to place {to + 1}")

    @needs(Permission.EDIT)
    def copy(self, index: int) -> bool:
        """Put a copy of a step behind it; switched off, and False, where it cannot work as it is.

        Raises InvalidParameter for a step that is not there.
        """
        step = self._at(index)
        try:
            self.add(step, index + 1)
        except (InvalidParameter, UnknownColumn, WrongColumnKind):
            self.add(step.model_copy(update={"enabled": False}), index + 1)
            return False
        return True

    @needs(Permission.EDIT)
    def note(self, index: int, **notes: bool | str) -> None:
        """Switch a step on or off (``enabled``), say why it is here (``comment``), or under which
        heading it stands (``group``)."""
        step = self._at(index)
        changed = type(step).of(**{**step.model_dump(mode="json"), **notes})
        what = ", ".join(f"{name}: {value}" for name, value in notes.items())
        self._save(_with(self.steps, index, changed), f"noted at step {index + 1}: {what}")

    @needs(Permission.EDIT)
    def take(self, fixes: Sequence[Fix]) -> None:
        """Accept proposals of the checks, all in one version of the document."""
        changes: dict[str, list[Any]] = {}
        plain = self._history.document()
        for fix in fixes:
            if fix.path == PATH:
                there = changes.get(PATH, plain.prepare.steps)
                changes[PATH] = _placed(tuple(there), *read_steps([fix.value]))
            else:
                changes.setdefault(fix.path, list(plain.get(fix.path))).append(fix.value)
        if PATH in changes:
            changes[PATH] = list(ordered(changes[PATH]))
            self._refuse(tuple(changes[PATH]))
        said = "; ".join(fix.label for fix in fixes)
        self._history.edit(changes, f"accepted {len(fixes)} proposals: {said}")

    @needs(Permission.VIEW)
    def proposals(self) -> tuple[Fix, ...]:
        """What the checks of the data and the search for columns propose, and is not there yet."""
        here = self._history.document()
        checks = (f.fix for f in self._results.findings() if f.fix and f.fix.append)
        fixes = (*checks, *self._worth.proposals())
        ours = (f for f in fixes if f.path.startswith("prepare."))
        kept = {one.column for one in here.prepare.verdicts if one.decision == "keep"}
        open_ = (f for f in ours if f.value.get("column") not in kept or f.path == PATH)
        return tuple(f for f in open_ if not _taken(here, f))

    @needs(Permission.EDIT)
    def undo(self) -> None:
        """Back to the recipe before the last change. Raises NotReady when there is none."""
        self._travel(self.trail().undo, UNDONE)

    @needs(Permission.EDIT)
    def redo(self) -> None:
        """Make again what was undone last. Raises NotReady."""
        self._travel(self.trail().redo, REDONE)

    @needs(Permission.VIEW)
    def trail(self) -> Trail:
        """What can be undone and made again, read off the versions of the document."""
        undo: list[Steps] = []
        redo: list[Steps] = []
        now: Steps | None = None
        for reason, steps in self._story():
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

    @needs(Permission.VIEW)
    def copy_to(self, other: "RecipeEditor") -> tuple[str, ...]:
        """Add every step that fits to the recipe of another project; what did not, and why."""
        other._columns()  # refuses before there is data
        fitting: list[Step] = []
        refused: list[str] = []
        for step in self.steps:
            try:
                for source in step.sources():
                    other._tables.read(source)
                running = step.model_copy(update={"enabled": True})
                other._columns((*other.steps, *fitting, running))
            except MllError as error:
                refused.append(f"{step.sentence()} {error}")
                continue
            fitting.append(step)
        if fitting:
            steps = ordered((*other.steps, *fitting))
            other._save(steps, f"copied {len(fitting)} steps from another project")
        return tuple(refused)

    def _columns(self, steps: Steps | None = None) -> Any:
        from mll_core.stages import prepare

        recipe = Recipe(steps=ordered(self.steps if steps is None else steps))
        others = self._tables.paths(recipe.steps)
        return prepare.schema(recipe, self._results.data_path(), others)

    def _story(self) -> Iterator[tuple[str, Steps]]:
        for version in reversed(self._history.versions()):
            yield version.reason, self._history.read(version).prepare.steps

    def _travel(self, recipes: tuple[Steps, ...], reason: str) -> None:
        if not recipes:
            what, hint = _NOTHING[reason]
            raise NotReady(what, hint=hint)
        self._history.edit({PATH: list(recipes[-1])}, reason)

    def _save(self, steps: Steps, reason: str) -> None:
        self._refuse(steps)
        self._history.edit({PATH: list(steps)}, reason)

    def _refuse(self, steps: Steps) -> None:
        """Refuse an order in which rows would be chosen too late, a step that uses the answer and
        one that does not find what it names; what was wrong before may be mended bit by bit."""
        from mll_core.stages import prepare

        new, old, document = Recipe(steps=steps), self.steps, self._history.document()
        if self._results.data() is None or _running(steps) == _running(old):
            return
        seen = (self._results.data_path(), self._tables.paths((*old, *steps)))
        answer = (document.brief.target, document.split.gap)
        before, after = (prepare.fit(r, *seen, *answer) for r in (Recipe(steps=old), new))
        prepare.refuse_unfit(after, before, old)

    def _at(self, index: int) -> Step:
        if not 0 <= index < len(self.steps):
            what = f"The recipe has {len(self.steps)} steps, there is no number {index + 1}."
            raise InvalidParameter(what, hint="Look at the list again.")
        return self.steps[index]


def _placed(steps: Steps, new: Step) -> list[Step]:
    """The steps and a proposed one; values as they came are replaced before anything reads them."""
    named = {column for _, column, _ in new.picks()}
    place = len(steps)
    if new.kind == "replace_values":
        uses = (n for n, step in enumerate(steps) if named & {c for _, c, _ in step.picks()})
        place = next(uses, place)
    return [*steps[:place], new, *steps[place:]]


def _running(steps: Steps) -> list[dict[str, object]]:
    return [step.plain() for step in steps if step.enabled]


def _with(steps: Steps, index: int, step: Step) -> Steps:
    return (*steps[:index], step, *steps[index + 1 :])


def _taken(document: Document, fix: Fix) -> bool:
    there = [_plain(entry) for entry in document.get(fix.path)]
    asked = {k: v for k, v in fix.value.items() if k != "reason"}
    return any(asked.items() <= entry.items() for entry in there)


def _plain(entry: Any) -> Any:
    return entry if isinstance(entry, dict) else entry.model_dump(mode="json")
