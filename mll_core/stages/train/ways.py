"""How each kind of task is trained, by the way it declares."""

from collections.abc import Mapping
from typing import Protocol

from mll_core.domain.connector import Progress
from mll_core.domain.task_kind import Way
from mll_core.domain.training import Training
from mll_core.stages.train import finish, groups, oddness
from mll_core.stages.train.order import Order, Publish, Tools


class Trainer(Protocol):
    """From an order to a training; see ``finish.train``."""

    def __call__(
        self, order: Order, tools: Tools, progress: Progress, publish: Publish
    ) -> Training:
        """Train. Raises what the way raises."""


WAYS: Mapping[Way, Trainer] = {
    "answers": finish.train,
    "groups": groups.train,
    "oddness": oddness.train,
}
