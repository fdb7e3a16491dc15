"""What every task must keep, present and future; and that nothing else asks which task it is."""

import ast
import subprocess
import sys
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
    assert cls.meaning
    assert cls.criterion
    assert cls.takes_target or not cls.needs_target
    assert bool(cls.answer) != cls.needs_target
    assert {*cls.settings, *cls.needs} <= set(Brief.model_fields)
    assert {*cls.models} <= {kind for kind, model in MODELS.items() if cls.task in model.tasks}
    assert {*cls.of().asks(Brief())} <= {n for model in MODELS.values() for n in model.parameters()}
    assert {*cls.worth} <= set(type(Brief().values).model_fields)


@every_task
def test_it_can_be_trained_judged_and_ranked(cls: type[TaskKind]) -> None:
    assert cls.way in train.WAYS
    assert cls.way in evaluate.WAYS
    assert [kind for kind, metric in METRICS.items() if cls.task in metric.tasks and metric.ranks]
    assert [kind for kind, model in MODELS.items() if cls.task in model.tasks]


def test_every_kind_of_answer_has_its_plain_task() -> None:
    assert all(TASKS[task].task is task for task in Task)


def test_metrics_of_one_task_name_one_that_there_is() -> None:
    own = {cls.asked_by for cls in METRICS.values() if cls.asked_by}
    assert own <= set(TASKS)
    assert all(TASKS[cls.asked_by].task in cls.tasks for cls in METRICS.values() if cls.asked_by)


def test_a_new_task_is_one_file(tmp_path: Path) -> None:
    new = (ROOT / "mll_core/plugins/tasks/count.py").read_text("utf-8")
    new = new.replace('"count"', '"days_left"').replace("poisson_deviance", "rmse")
    (tmp_path / "days_left.py").write_text(new, "utf-8")
    asked = [sys.executable, "-c", WITH_IT, str(tmp_path)]
    done = subprocess.run(asked, check=False, cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.split() == ["days_left", "regression", "rmse"], done.stderr


WITH_IT = """
import sys
from mll_core.plugins import tasks
tasks.__path__.append(sys.argv[1])
from mll_core.domain.data import ColumnProfile, Profile
from mll_core.domain.document import Brief
from mll_core.stages import business
more = {"semantic": "number", "nulls": 0, "distinct": 99, "min": 0, "max": 98}
rows = Profile(rows=99, columns=(ColumnProfile(name="days", type="BIGINT", **more),))
brief = Brief(target="days", task="days_left")
kind, _ = business.guess_task(rows, brief)
print(kind.name(), kind.task, business.primary_metric(brief, kind, rows)[0])
"""


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
