"""What reports are written of, made once."""

import pytest
from evaluate_cases import order, with_brief

from mll_core.domain.document import Capacity, Criterion, SignOff, Values
from mll_core.domain.exporter import Exhibit
from mll_core.domain.task import ANSWERED, Task
from mll_core.stages.evaluate import evaluate


@pytest.fixture(scope="session")
def exhibits(tmp_path_factory: pytest.TempPathFactory) -> dict[Task, Exhibit]:
    def made(task: Task) -> Exhibit:
        asked = order(tmp_path_factory.mktemp(task.value), task, protected=("sex",))
        if task is Task.BINARY:
            asked = with_brief(
                asked,
                question="Who leaves?",
                values=Values(true_positive=90, false_positive=-10, false_negative=-40),
                capacity=Capacity(count=50, period="week"),
                criteria=(Criterion(metric="recall", at_least=0.99),),
                sign_offs=(SignOff(by="Ada", role="owner", at="2026-01-01T10:00:00+00:00"),),
            )
        return Exhibit(
            slug="customers",
            document=asked.document,
            document_version=3,
            training=asked.training,
            report=evaluate(asked),
            split=asked.split,
        )

    return {task: made(task) for task in sorted(ANSWERED)}
