"""What came of a run, in the shape that ``mll run --json`` promises."""

from typing import Any

from mll_core.bench import Bench
from mll_core.domain.report import Report
from mll_core.domain.stage import Stage, StageState
from mll_core.domain.training import Interval, Training
from mll_core.domain.value import Value


class RunOutcome(Value):
    """The numbers of one run; parts of stages that were not run are empty."""

    project: str
    document_version: int
    data_version: str | None = None
    run_id: str | None = None
    task: str | None = None
    metric: str | None = None
    metric_reason: str = ""
    recommended: dict[str, Any] | None = None
    validation: dict[str, dict[str, float]] = {}
    test: dict[str, dict[str, float]] = {}
    baseline: dict[str, dict[str, float]] = {}
    rule: dict[str, dict[str, float]] = {}
    """Today's rule on the test rows, where one is written down."""
    test_rows: int = 0
    currency: str = ""
    leaderboard: tuple[dict[str, Any], ...] = ()
    skipped: tuple[dict[str, str], ...] = ()
    gate: dict[str, Any] | None = None
    advice: tuple[dict[str, Any], ...] = ()
    verdicts: tuple[dict[str, Any], ...] = ()
    stages: dict[str, dict[str, Any]] = {}


def outcome(bench: Bench, states: tuple[StageState, ...], until: Stage) -> RunOutcome:
    """Gather what the newest results up to ``until`` say."""
    found = bench.found()
    wanted = (*until.before, until)
    business = found[Stage.BUSINESS].value if Stage.BUSINESS in found else {}
    collected = found.get(Stage.COLLECT)
    values: dict[str, Any] = {
        "project": bench.slug,
        "document_version": bench.document_version,
        "data_version": collected.value["data"]["sha256"] if collected else None,
        "task": business.get("asks"),
        "metric": business.get("metric"),
        "metric_reason": business.get("metric_reason", ""),
        "verdicts": tuple(one.to_json() for one in bench.document.prepare.verdicts),
        "stages": {
            state.stage: {
                "status": state.status.value,
                "reason": state.reason,
                "seconds": round(bench.seconds.get(state.stage, 0.0), 3),
            }
            for state in states
        },
    }
    if Stage.TRAIN in wanted and Stage.TRAIN in found:
        values |= _trained(Training(**found[Stage.TRAIN].value))
    if Stage.EVALUATE in wanted and Stage.EVALUATE in found:
        values |= _evaluated(Report(**found[Stage.EVALUATE].value))
    return RunOutcome(**values)


def _trained(training: Training) -> dict[str, Any]:
    winner = training.winner
    baseline = training.best_baseline
    return {
        "run_id": training.run_id,
        "recommended": {"model": winner.model, "label": winner.label, "reason": training.reason},
        "validation": {training.metric: _plain(winner.score), **_metrics(winner.metrics)},
        "baseline": _metrics(baseline.metrics) if baseline else {},
        "leaderboard": tuple(
            {
                "run_id": run.run_id,
                "model": run.model,
                "label": run.label,
                "value": run.score.value,
                "low": run.score.low,
                "high": run.score.high,
                "seconds": round(run.seconds, 3),
                "bytes": run.bytes,
                "calibration_error": run.calibration_error,
                "fairness_gap": run.fairness_gap,
                "tied": run.tied,
                "recommended": run.recommended,
                "baseline": run.baseline,
            }
            for run in training.leaderboard
        ),
        "skipped": tuple(skipped.to_json() for skipped in training.skipped),
    }


def _evaluated(report: Report) -> dict[str, Any]:
    return {
        "validation": _metrics(report.validation),
        "test": _metrics(report.test),
        "baseline": _metrics(report.baseline),
        "rule": _metrics(report.rule),
        "test_rows": report.test_rows,
        "currency": report.currency,
        "gate": report.gate.to_json(),
        "advice": tuple(advice.to_json() for advice in report.advice),
    }


def _metrics(metrics: dict[str, Interval]) -> dict[str, dict[str, float]]:
    return {name: _plain(interval) for name, interval in metrics.items()}


def _plain(interval: Interval) -> dict[str, float]:
    return {"value": interval.value, "low": interval.low, "high": interval.high}
