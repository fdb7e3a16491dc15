"""What each request does, without HTTP: bytes in, a status and JSON data out."""

from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

from mll_core.domain.errors import nearest
from mll_core.domain.serving import LoggedRequest, Outcome, Prediction, Scored
from mll_core.domain.token import Scope
from mll_core.infra.prediction_log import new_request_id
from mll_core.service import bodies
from mll_core.service.bodies import Refused
from mll_core.service.deployments import DeploymentSource, Serving
from mll_core.service.metrics import Metrics
from mll_core.stages.deploy import json_schema

Answer = tuple[int, dict[str, Any]]
_SMALL = 8 * 2**10


@dataclass(frozen=True)
class Api:
    """The requests of the scoring service over one source of deployments."""

    source: DeploymentSource
    metrics: Metrics

    def admit(self, deployment: str, token: str | None, scope: Scope | None = None) -> None:
        """Refuse who may not ask, then what is not there. Raises Refused (401, 403, 404)."""
        if not self.source.authorised(deployment, token):
            what = "No valid token for this deployment was sent."
            raise Refused(401, what, "Send 'Authorization: Bearer ...'; see `mll token create`.")
        if scope and not self.source.authorised(deployment, token, scope):
            what = f"This token is not for {scope.value}."
            raise Refused(403, what, f"Make one that is: mll token create --scope {scope.value}.")
        if deployment not in self.source.names():
            hint = nearest(deployment[:128], self.source.expected())
            raise Refused(404, "There is no such deployment.", hint)

    def serving(self, deployment: str) -> Serving:
        """What ``deployment`` serves. Raises Refused (503) when nothing is loaded."""
        serving = self.source.current(deployment)
        if serving is None:
            if number := self.source.refused(deployment):
                what = (
                    f"Version {number} is promoted but not served: its signature or trial failed."
                )
                raise Refused(503, what, "Ask an administrator to run mll doctor.")
            what = "This deployment has no model yet."
            raise Refused(503, what, "Approve and promote a version, then ask again.")
        return serving

    def brisk(self, deployment: str, body: bytes) -> bool:
        """Whether ``predict`` takes so little time that others can wait for it."""
        serving = self.source.current(deployment)
        quick = serving is not None and serving.brisk
        return quick and len(body) <= _SMALL and b'"explain"' not in body

    def predict(self, deployment: str, body: bytes) -> Answer:
        """Score records; a bad one makes the status 422 and leaves the others their answers."""
        start = perf_counter()
        serving = self.serving(deployment)
        batch = bodies.batch(body)
        scored = serving.scorer.score(batch.records, batch.explain)
        request_id = new_request_id()
        self._log(deployment, serving.version, request_id, batch.records, (scored, len(body)))
        self._count(deployment, scored)
        answer = {
            "deployment": deployment,
            "version": serving.version,
            "predictions": [_shown(prediction) for prediction in scored.predictions],
            "request_id": request_id,
        }
        if scored.notes:
            answer["notes"] = list(scored.notes)
        if scored.errors:
            answer = {"errors": bodies.listed(scored.errors), **answer}
        self.metrics.took(perf_counter() - start, deployment)
        return (422 if scored.errors else 200), answer

    def outcomes(self, deployment: str, body: bytes) -> Answer:
        """Keep late labels; a bad one makes the status 422 and the others are kept."""
        serving = self.serving(deployment)
        found = bodies.outcomes(body)
        good: dict[int, Outcome] = {}
        errors = []
        for number, entry in enumerate(found):
            fault = _outcome_fault(entry, serving)
            if fault:
                errors.append(bodies.error(number, *fault))
            else:
                good[number] = Outcome.model_validate(entry)
        kept = self.source.add_outcomes(deployment, list(good.values()))
        for number, there in zip(good, kept, strict=True):
            if not there:
                problem = "names a record that is not in the log"
                hint = "Send the request_id of the answer and the record's place, from 0."
                errors.append(bodies.error(number, "request_id", problem, hint))
        answer: dict[str, Any] = {"deployment": deployment, "kept": sum(kept)}
        if errors:
            answer = {"errors": sorted(errors, key=lambda e: e["record"]), **answer}
        return (422 if errors else 200), answer

    def schema(self, deployment: str) -> Answer:
        """The JSON Schema of one record, with an example."""
        serving = self.serving(deployment)
        return 200, json_schema(serving.scorer.model, background=serving.scorer.background)

    def ready(self, deployments: tuple[str, ...]) -> Answer:
        """200 when each has a model in memory, else 503 and which have none."""
        loaded = {name: self.source.current(name) for name in deployments}
        versions = {name: serving.version for name, serving in loaded.items() if serving}
        missing = [name for name, serving in loaded.items() if serving is None]
        return (503 if missing else 200), {
            "ready": not missing,
            "versions": versions,
            "without_model": missing,
        }

    def all_ready(self, token: str | None) -> Answer:
        """The same of all that have a champion; named are those that ``token`` may use."""
        deployments = self.source.expected()
        status, told = self.ready(deployments)
        mine = {name for name in deployments if self.source.authorised(name, token)}
        versions = {name: number for name, number in told["versions"].items() if name in mine}
        missing = [name for name in told["without_model"] if name in mine]
        return status, {**told, "versions": versions, "without_model": missing}

    def metrics_text(self, token: str | None, deployments: tuple[str, ...]) -> str:
        """Prometheus text of those deployments that ``token`` may use."""
        mine = [name for name in deployments if self.source.authorised(name, token)]
        gauges: dict[tuple[str, str], float] = {}
        for name in mine:
            serving = self.source.current(name)
            gauges["mll_model_version", name] = serving.version if serving else 0
            gauges["mll_log_dropped_total", name] = self.source.dropped(name)
        return self.metrics.text(mine, gauges)

    def _log(
        self,
        deployment: str,
        version: int,
        request_id: str,
        records: list[Any],
        scored: tuple[Scored, int],
    ) -> None:
        answers, size = scored
        kept = zip(records, answers.predictions, strict=True)
        request = LoggedRequest.model_construct(
            request_id=request_id,
            at=datetime.now(UTC).isoformat(timespec="milliseconds"),
            version=version,
            records=tuple(record if answer else None for record, answer in kept),
            predictions=answers.predictions,
            scores=answers.scores,
            bytes=size,
        )
        self.source.record(deployment, request)

    def _count(self, deployment: str, scored: Scored) -> None:
        refused = sum(answer is None for answer in scored.predictions)
        counts = {
            "mll_records_total": len(scored.predictions) - refused,
            "mll_record_errors_total": refused,
            "mll_unseen_categories_total": sum(scored.unseen.values()),
            "mll_missing_values_total": sum(scored.missing.values()),
        }
        for name, amount in counts.items():
            if amount:
                self.metrics.add(name, amount, deployment=deployment)


def _shown(prediction: Prediction | None) -> dict[str, Any] | None:
    if prediction is None:
        return None
    shown: dict[str, Any] = {"prediction": prediction.prediction}
    if prediction.probabilities is not None:
        shown["probabilities"] = prediction.probabilities
    if prediction.interval is not None:
        shown["interval"] = list(prediction.interval)
    if prediction.abstain is not None:
        shown["abstain"] = prediction.abstain
    if prediction.reasons is not None:
        shown["reasons"] = [reason.to_json() for reason in prediction.reasons]
    return shown


_OUTCOME_HINT = 'Send {"request_id": "...", "record": 0, "actual": ...}.'


def _outcome_fault(entry: Any, serving: Serving) -> tuple[str | None, str, str] | None:
    if not isinstance(entry, dict) or set(entry) != {"request_id", "record", "actual"}:
        return None, "is not an object with request_id, record and actual", _OUTCOME_HINT
    if not isinstance(entry["request_id"], str) or not entry["request_id"].isascii():
        return "request_id", "must be text", _OUTCOME_HINT
    record = entry["record"]
    if isinstance(record, bool) or not isinstance(record, int) or not 0 <= record < 2**31:
        return "record", "must be a whole number from 0", _OUTCOME_HINT
    if problem := serving.scorer.outcome_problem(entry["actual"]):
        return "actual", *problem
    return None
