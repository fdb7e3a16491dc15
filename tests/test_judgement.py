from mll_core.commands import judgement
from mll_core.domain.document import Criterion
from mll_core.domain.finding import Advice
from mll_core.domain.report import CriterionResult, Gate
from mll_core.domain.stage import Stage
from mll_core.outcome import RunOutcome


def result(verdict: str, **more: object) -> CriterionResult:
    fields = {"sentence": "Recall at least 0.6 on the test rows.", "metric": "recall", "n": 1200}
    fields |= {"value": 0.7, "low": 0.55, "high": 0.81, "met": True, "verdict": verdict}
    asked = Criterion(metric="recall", at_least=0.6)
    return CriterionResult(**{**fields, "criterion": asked, **more})


def outcome(*results: CriterionResult, **more: object) -> RunOutcome:
    gate = Gate(passed=False, criteria=results, sealed_sha256="", sealed_at="")
    return RunOutcome(project="p", document_version=1, gate=gate.to_json(), **more)


def test_a_test_number_has_its_interval_rows_and_what_it_is_compared_with() -> None:
    plain = {"value": 0.7, "low": 0.55, "high": 0.81}
    told = outcome(
        test={"recall": plain, "expected_value": {"value": 12.5, "low": 10.0, "high": 15.0}},
        baseline={"recall": {**plain, "value": 0.4}},
        rule={"recall": {**plain, "value": 0.5}},
        test_rows=1200,
        currency="EUR",
    )
    lines = list(judgement.lines(told))
    assert lines[0] == (
        "test recall: 70.0 % (55.0 to 81.0) on 1,200 rows (Recall); "
        "best simple model 40.0 %; today's rule 50.0 %"
    )
    assert lines[1].startswith("test expected_value: 12.50 EUR (10.00 to 15.00) on 1,200 rows")
    assert lines[2] == "gate: not met"


def test_a_criterion_has_its_value_interval_and_rows() -> None:
    nothing = float("nan")
    unknown = {"value": nothing, "low": nothing, "high": nothing, "n": 0, "met": False}
    lines = list(judgement.lines(outcome(result("not sure"), result("not sure", **unknown))))
    asked = "  not sure: Recall at least 0.6 on the test rows."
    assert lines[1] == f"{asked} It is 70.0 % (55.0 to 81.0), 1,200 rows."
    assert lines[2] == f"{asked} It could not be measured."


def test_advice_names_the_stage_the_evidence_and_the_edit() -> None:
    advice = Advice(
        stage=Stage.COLLECT,
        sentence="Collect more rows.",
        evidence="The curve rises.",
        expected="Recall better by 0.1.",
        edit="data.additions",
    )
    lines = list(judgement.lines(outcome(advice=(advice.to_json(),))))
    assert lines[-2:] == [
        "advice: collect: Collect more rows.",
        "  The curve rises. Expected: Recall better by 0.1. Edit: data.additions",
    ]


def test_nothing_is_said_of_a_test_that_was_not_opened() -> None:
    assert not list(judgement.lines(RunOutcome(project="p", document_version=1)))
