"""The recipes of one project that were given a name; and how two recipes differ."""

import difflib

from mll_core.domain.errors import InvalidParameter, NotFound
from mll_core.domain.identity import Permission
from mll_core.domain.step import Step
from mll_core.history import History
from mll_core.infra.guard import needs
from mll_core.recipe_editor import PATH
from mll_core.recipe_trail import Steps


class RecipeVersions:
    """Names for recipes one wants to find again; each name stands for a version of the document."""

    def __init__(self, history: History) -> None:
        self.access = history.access
        self._history = history

    @property
    @needs(Permission.VIEW)
    def names(self) -> dict[str, int]:
        """Version of the document by name, in the order they were given."""
        return dict(self._history.document().prepare.names)

    @needs(Permission.EDIT)
    def keep(self, name: str) -> None:
        """Name the recipe as it stands. Raises InvalidParameter for none or a taken one."""
        if not (short := name.strip()):
            raise InvalidParameter("A version needs a name.", hint="Such as: before merging.")
        self._history.take_hand_edits()
        now = self._history.newest()
        document = self._history.read(now)
        names = document.prepare.names
        if short in names and self.steps(short) != document.prepare.steps:
            what = f"Another recipe is already named {short!r}."
            raise InvalidParameter(
                what, hint="Choose a name of its own, such as one with a number."
            )
        kept = {**names, short: names.get(short, now.version)}
        self._history.edit({"prepare.names": kept}, f"named the recipe {short!r}", based_on=now)

    @needs(Permission.VIEW)
    def steps(self, name: str) -> Steps:
        """The recipe of that name. Raises NotFound."""
        if name not in self.names:
            raise NotFound.named("version of the recipe", name, self.names)
        return self._history.read(self.names[name]).prepare.steps

    @needs(Permission.EDIT)
    def restore(self, name: str) -> None:
        """Make the recipe of that name the present one. Raises NotFound."""
        steps, now = list(self.steps(name)), self._history.newest()
        self._history.edit({PATH: steps}, f"restored the recipe {name!r}", based_on=now)


def difference(old: Steps, new: Steps) -> tuple[tuple[str, str], ...]:
    """("-", "+" or " ", sentence) of every step of two recipes, in order."""
    before, after = ([_told(step) for step in steps] for steps in (old, new))
    lines = difflib.ndiff(before, after)
    return tuple((line[0], line[2:]) for line in lines if line[0] != "?")


def _told(step: Step) -> str:
    said = step.sentence() if step.enabled else f"(off) {step.sentence()}"
    return f"{said} [{step.comment}]" if step.comment else said
