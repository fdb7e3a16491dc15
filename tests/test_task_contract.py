"""What every task must keep, present and future; and that nothing else asks which task it is."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from mll_core.catalog import METRICS, MODELS, TASKS
from mll_core.domain.document import Brief
from mll_core.domain.task import Task
from mll_core.domain.task_kind import TaskKind
from mll_core.stages import evaluate, train

ROOT = Path(__file__).parents[1]
ITS_OWN = ("mll_core/domain/task.py", "mll_core/plugins/")
CODE = [
    file
    for place in ("mll_core/**/*.py", "pages/**/*.py")
    for file in sorted(ROOT.glob(place))
    if not str(file.relative_to(ROOT)).startswith(ITS_OWN)
]
NAMES = {task.name for task in Task}
every_task = pytest.mark.parametrize("cls", TASKS.values(), ids=TASKS)


@every_task
def test_it_says_all_that_the_stages_and_pages_ask(cls: type[TaskKind]) -> None:
    assert cls.name() == cls.task.value
    assert cls.meaning
    assert cls.criterion
    assert cls.takes_target or not cls.needs_target
    assert bool(cls.answer) != cls.needs_target
    assert {*cls.settings} <= set(Brief.model_fields)
    assert {*cls.worth} <= set(type(Brief().values).model_fields)


@every_task
def test_it_can_be_trained_judged_and_ranked(cls: type[TaskKind]) -> None:
    assert cls.way in train.WAYS
    assert cls.way in evaluate.WAYS
    assert [kind for kind, metric in METRICS.items() if cls.task in metric.tasks and metric.ranks]
    assert [kind for kind, model in MODELS.items() if cls.task in model.tasks]


def test_every_task_that_can_be_named_has_its_file() -> None:
    assert {cls.task for cls in TASKS.values()} == set(Task)


@pytest.mark.parametrize("file", CODE, ids=lambda file: str(file.relative_to(ROOT)))
def test_nothing_else_asks_which_task_it_is(file: Path) -> None:
    assert [ast.unparse(node) for node in switches(ast.parse(file.read_text("utf-8")))] == []


def switches(tree: ast.AST) -> Iterator[ast.AST]:
    """Comparisons with a task, matches on one, and tables by task."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            parts = [node.left, *node.comparators]
        elif isinstance(node, ast.Dict):
            parts = [key for key in node.keys if key is not None]
        elif isinstance(node, ast.MatchValue):
            parts = [node.value]
        else:
            continue
        if any(named(inner) for part in parts for inner in ast.walk(part)):
            yield node


def named(node: ast.AST) -> bool:
    is_member = isinstance(node, ast.Attribute) and node.attr in NAMES
    return is_member and ast.unparse(node.value) == "Task"  # type: ignore[attr-defined]
