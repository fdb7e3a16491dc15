"""The recipe of one project, edited step by step; every change is a version of the document."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mll_core.catalog import read_steps
from mll_core.domain.document import Document, DocumentVersion
from mll_core.domain.errors import (
    Conflict,
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
from mll_core.recipe_trail import REDONE, UNDONE, Steps, trail
from mll_core.results import Results
from mll_core.worth import Worth

PATH = "prepare.steps"
_NOTHING = {
    UNDONE: ("There is nothing to take back.", "Change the recipe first."),
    REDONE: ("There is nothing to make again.", "Only what was just taken back can be."),
}
COPY_OFF = "The copy is switched off: beside the step it was made of it cannot work as it is."


@dataclass(frozen=True)
class _Seen:
    """The document at one moment: every change is worked out from it and saved on top of it."""

    version: DocumentVersion
    document: Document

    @property
    def steps(self) -> Steps:
        return self.document.prepare.steps

    def at(self, index: int) -> Step:
        if not 0 <= index < len(self.steps):
            what = f"The recipe has {len(self.steps)} steps, there is no number {index + 1}."
            raise InvalidParameter(what, hint="Look at the list again.")
        return self.steps[index]


class RecipeEditor:
    """Add, change, move, copy, switch off, note, undo.

    ``shown``: the steps somebody decided by; when the recipe is another one by now, every change
    is refused with Conflict.
    """

    def __init__(
        self,
        history: History,
        results: Results,
        tables: OtherTables,
        worth: Worth,
        shown: Steps | None = None,
    ) -> None:
        self.access = history.access
        self._history = history
        self._results = results
        self._tables = tables
        self._worth = worth
        self._shown = shown

    @needs(Permission.VIEW)
    def on(self, shown: Steps) -> "RecipeEditor":
        """The same editor for a list as it was shown: it changes that one and no other."""
        return RecipeEditor(self._history, self._results, self._tables, self._worth, shown)

    @property
    @needs(Permission.VIEW)
    def steps(self) -> Steps:
        """The recipe as it stands, with what is switched off."""
        return self._history.document().prepare.steps

    @needs(Permission.EDIT)
    def add(self, step: Step, at: int | None = None) -> None:
        """Add a step at a place, else at the end; one that looks at rows before any that learns."""
        seen = self._look()
        place = len(seen.steps) if at is None else at
        steps = ordered((*seen.steps[:place], step, *seen.steps[place:]))
        self._save(seen, steps, f"added a step: {step.sentence()}")

    @needs(Permission.EDIT)
    def replace(self, index: int, step: Step) -> None:
        """Put ``step`` in the place of another; the notes stay unless it brings its own."""
        seen = self._look()
        old = seen.at(index)
        notes = {"enabled": old.enabled, "comment": old.comment, "group": old.group}
        brought = {name: getattr(step, name) for name in notes if name in step.model_fields_set}
        new = step.model_copy(update={**notes, **brought})
        said = f"changed step {index + 1}: {step.sentence()}"
        self._save(seen, _with(seen.steps, index, new), said)

    @needs(Permission.EDIT)
    def remove(self, index: int) -> None:
        """Take a step out."""
        seen = self._look()
        said = seen.at(index).sentence()
        left = (*seen.steps[:index], *seen.steps[index + 1 :])
        self._save(seen, left, f"removed step {index + 1}: {said}")

    @needs(Permission.EDIT)
    def move(self, index: int, to: int) -> None:
        """Move a step to another place. Raises InvalidParameter when rows would be chosen late."""
        seen = self._look()
        step = seen.at(index)
        seen.at(to)
        others = [*seen.steps[:index], *seen.steps[index + 1 :]]
        others.insert(to, step)
        self._save(seen, tuple(others), f"moved step {index + 1} to place {to + 1}")

    @needs(Permission.EDIT)
    def copy(self, index: int) -> bool:
        """Put a copy of a step behind it; switched off, and False, where it cannot work as it is.

        Raises InvalidParameter for a step that is not there.
        """
        seen = self._look()
        step, editor = seen.at(index), self.on(seen.steps)
        try:
            editor.add(step, index + 1)
        except (InvalidParameter, UnknownColumn, WrongColumnKind):
            editor.add(step.model_copy(update={"enabled": False}), index + 1)
            return False
        return True

    @needs(Permission.EDIT)
    def note(self, index: int, **notes: bool | str) -> None:
        """Switch a step on or off (``enabled``), say why it is here (``comment``), or under which
        heading it stands (``group``)."""
        seen = self._look()
        step = seen.at(index)
        changed = type(step).of(**{**step.model_dump(mode="json"), **notes})
        what = ", ".join(f"{name}: {value}" for name, value in notes.items())
        self._save(seen, _with(seen.steps, index, changed), f"noted at step {index + 1}: {what}")

    @needs(Permission.EDIT)
    def take(self, fixes: Sequence[Fix]) -> None:
        """Accept proposals of the checks, all in one version of the document."""
        changes: dict[str, list[Any]] = {}
        seen = self._look()
        plain = seen.document
        for fix in fixes:
            if fix.path == PATH:
                there = changes.get(PATH, plain.prepare.steps)
                changes[PATH] = _placed(tuple(there), *read_steps([fix.value]))
            else:
                changes.setdefault(fix.path, list(plain.get(fix.path))).append(fix.value)
        if PATH in changes:
            changes[PATH] = list(ordered(changes[PATH]))
            self._refuse(seen, tuple(changes[PATH]))
        many = "1 proposal" if len(fixes) == 1 else f"{len(fixes)} proposals"
        said = f"accepted {many}: {'; '.join(fix.label for fix in fixes)}"
        self._history.edit(changes, said, based_on=seen.version)

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
        self._travel(self._look(), trail(self._history).undo, UNDONE)

    @needs(Permission.EDIT)
    def redo(self) -> None:
        """Make again what was undone last. Raises NotReady."""
        self._travel(self._look(), trail(self._history).redo, REDONE)

    @needs(Permission.VIEW)
    def copy_to(self, other: "RecipeEditor") -> tuple[str, ...]:
        """Add every step that fits to the recipe of another project; what did not, and why."""
        other._columns()  # refuses before there is data
        seen = other._look()
        fitting: list[Step] = []
        refused: list[str] = []
        for step in self.steps:
            try:
                for source in step.sources():
                    other._tables.read(source)
                running = step.model_copy(update={"enabled": True})
                other._columns((*seen.steps, *fitting, running))
            except MllError as error:
                refused.append(f"{step.sentence()} {error}")
                continue
            fitting.append(step)
        if fitting:
            steps = ordered((*seen.steps, *fitting))
            other._save(seen, steps, f"copied {len(fitting)} steps from another project")
        return tuple(refused)

    def _columns(self, steps: Steps | None = None) -> Any:
        from mll_core.stages import prepare

        recipe = Recipe(steps=ordered(self.steps if steps is None else steps))
        others = self._tables.paths(recipe.steps)
        return prepare.schema(recipe, self._results.data_path(), others)

    def _look(self) -> _Seen:
        """The recipe as it is. Raises Conflict when it is not the one that was shown."""
        self._history.take_hand_edits()
        version = self._history.newest()
        seen = _Seen(version, self._history.read(version))
        if self._shown is not None and self._shown != seen.steps:
            what = "Somebody changed the recipe meanwhile."
            raise Conflict(what, hint="Look at the list as it is now, then do it again.")
        return seen

    def _travel(self, seen: _Seen, recipes: tuple[Steps, ...], reason: str) -> None:
        if not recipes:
            what, hint = _NOTHING[reason]
            raise NotReady(what, hint=hint)
        self._history.edit({PATH: list(recipes[-1])}, reason, based_on=seen.version)

    def _save(self, seen: _Seen, steps: Steps, reason: str) -> None:
        self._refuse(seen, steps)
        self._history.edit({PATH: list(steps)}, reason, based_on=seen.version)

    def _refuse(self, seen: _Seen, steps: Steps) -> None:
        """Refuse an order in which rows would be chosen too late, a step that uses the answer and
        one that does not find what it names; what was wrong before may be mended bit by bit."""
        from mll_core.stages import prepare

        new, old, document = Recipe(steps=steps), seen.steps, seen.document
        if self._results.data() is None or _running(steps) == _running(old):
            return
        files = (self._results.data_path(), self._tables.paths((*old, *steps)))
        answer = (document.brief.target, document.split.gap)
        before, after = (prepare.fit(r, *files, *answer) for r in (Recipe(steps=old), new))
        prepare.refuse_unfit(after, before, old)


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
