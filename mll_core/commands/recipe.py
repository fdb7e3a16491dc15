"""Commands about the recipe: its steps, added, moved, switched off, taken back."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable

from mll_core import step_menu
from mll_core.catalog import read_steps
from mll_core.commands.command import Answer, Command, settings, subcommand
from mll_core.project import Project
from mll_core.recipe_editor import COPY_OFF
from mll_core.recipe_faults import faults
from mll_core.workspace import Workspace

SAID = {
    "list": "the steps of a project",
    "steps": "the steps there are, or those that have to do with some words",
    "add": "add one; refused when it would not find its columns",
    "move": "put one at another place",
    "copy": "put a copy of one behind it",
    "remove": "take one out",
    "off": "switch one off",
    "on": "switch one on again",
    "undo": "take back the last change",
    "redo": "make again what was taken back",
}
NUMBERED = ("move", "copy", "remove", "off", "on")


def _declare(parser: ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    made = {name: subcommand(actions, name, words) for name, words in SAID.items()}
    made["steps"].add_argument("words", nargs="*", metavar="WORD", help="such as: missing values")
    for name, one in made.items():
        if name != "steps":
            one.add_argument("project", metavar="PROJECT")
    for name in NUMBERED:
        made[name].add_argument("number", type=int, metavar="NUMBER", help="of the step, from 1")
    made["move"].add_argument("to", type=int, metavar="TO", help="its new number")
    add = made["add"]
    add.add_argument("kind", metavar="KIND", help="as mll recipe steps lists them")
    asked = "a field of the step, such as column=plan or columns=[a, b]"
    add.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE", help=asked)
    add.add_argument("--at", type=int, metavar="NUMBER", help="at this place; else at the end")


def _recipe(asked: Namespace) -> Answer:
    if asked.action == "steps":
        return _steps(" ".join(asked.words))
    project = Workspace.open(asked.home).project(asked.project)
    note = _ACTIONS[asked.action](project, asked) if asked.action in _ACTIONS else None
    steps = project.recipe.steps
    off = {False: "(off) ", True: ""}
    wrong = faults(project)
    lines = []
    for n, one in enumerate(steps):
        lines.append(f"{n + 1:3}. {off[one.enabled]}{one.sentence()}")
        if error := wrong.get(n):
            lines.append(f"     does not work: {error} {error.hint}")
    lines = lines or ["No steps: the data is used as it came."]
    plain = [one.model_dump(mode="json") for one in steps]
    told = {n + 1: {"error": str(error), "hint": error.hint} for n, error in wrong.items()}
    value = {"project": project.slug, "steps": plain, "faults": told}
    return Answer(value, [*lines, *([note] if note else [])])


def _steps(words: str) -> Answer:
    found = step_menu.find(words)
    lines = [f"{cls.name():22} {step_menu.card(cls)}" for cls in found]
    value = [
        {"kind": cls.name(), "label": cls.label, "does": step_menu.card(cls)}
        | {"fields": {name: info.description for name, info in cls.parameters().items()}}
        for cls in found
    ]
    return Answer({"steps": value}, lines or ["No step is called that."])


def _add(project: Project, asked: Namespace) -> str | None:
    (step,) = read_steps([{"kind": asked.kind, **settings(asked.set)}])
    for source in step.sources():
        project.tables.read(source)
    project.recipe.add(step, None if asked.at is None else max(0, asked.at - 1))
    return None


def _copy(project: Project, asked: Namespace) -> str | None:
    return None if project.recipe.copy(asked.number - 1) else COPY_OFF


_ACTIONS: dict[str, Callable[[Project, Namespace], str | None]] = {
    "add": _add,
    "copy": _copy,
    "move": lambda project, asked: project.recipe.move(asked.number - 1, asked.to - 1),
    "remove": lambda project, asked: project.recipe.remove(asked.number - 1),
    "off": lambda project, asked: project.recipe.note(asked.number - 1, enabled=False),
    "on": lambda project, asked: project.recipe.note(asked.number - 1, enabled=True),
    "undo": lambda project, _: project.recipe.undo(),
    "redo": lambda project, _: project.recipe.redo(),
}

COMMANDS = {"recipe": Command("Look at the recipe and change it, step by step.", _recipe, _declare)}
