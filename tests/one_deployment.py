"""What a scoring service serves when there is one model in memory and no workspace."""

from collections.abc import Sequence
from pathlib import Path

from serving_samples import TARGETS, model, rows

from mll_core.domain.serving import LoggedRequest, Outcome
from mll_core.infra.prediction_log import PredictionLog
from mll_core.infra.quick_path import QuickPath
from mll_core.infra.scorer import Scorer
from mll_core.service.deployments import Serving


class OneDeployment:
    """A source with one deployment in memory, and one without a model."""

    def __init__(self, folder: Path, token: str | None = None) -> None:
        background = rows(50, seed=9).drop(columns=["id", *TARGETS.values()])
        self.serving: Serving | None = Serving(
            3, Scorer(model(), background, QuickPath.proved(model(), background)), brisk=True
        )
        self.token = token
        self.log = PredictionLog(folder)

    def names(self) -> tuple[str, ...]:
        return ("churn", "empty")

    def expected(self) -> tuple[str, ...]:
        return self.names()

    def current(self, deployment: str) -> Serving | None:
        return self.serving if deployment == "churn" else None

    def refused(self, deployment: str) -> int | None:
        return None

    def authorised(self, deployment: str, token: str | None, scope: str | None = None) -> bool:
        return self.token is None or (deployment == "churn" and token == self.token)

    def record(self, deployment: str, request: LoggedRequest) -> None:
        self.log.put(request)

    def add_outcomes(self, deployment: str, outcomes: Sequence[Outcome]) -> list[bool]:
        return self.log.add_outcomes(outcomes)

    def dropped(self, deployment: str) -> int:
        return self.log.dropped
