import pytest

from mll_core.catalog import TASKS
from mll_core.domain.data import ColumnProfile, Profile, Top
from mll_core.domain.document import Brief, Capacity, Criterion, Stakeholder, Values
from mll_core.domain.errors import InvalidParameter, MllError, UnfitTarget, UnknownColumn
from mll_core.domain.finding import Severity
from mll_core.domain.task import Task
from mll_core.stages import business

VALUES = Values(true_positive=90, false_positive=-10, false_negative=-40)


def column(name: str, kind: str = "VARCHAR", distinct: int = 2, **more: object) -> ColumnProfile:
    counts = {"no": 800, "yes": 200} if distinct == 2 else {f"v{i}": 9 for i in range(distinct)}
    top = tuple(Top(value=v, count=c) for v, c in list(counts.items())[:20])
    fields = {"semantic": "category", "nulls": 0, "top": top, **more}
    return ColumnProfile(name=name, type=kind, distinct=distinct, **fields)


def profile(*columns: ColumnProfile, rows: int = 1000) -> Profile:
    return Profile(rows=rows, columns=columns)


def guess(target: ColumnProfile, rows: int = 1000, **brief: object) -> tuple[Task, str]:
    kind, why = business.guess_task(profile(target, rows=rows), Brief(target=target.name, **brief))
    return kind.task, why


@pytest.mark.parametrize(
    ("kind", "distinct", "rows", "task"),
    [
        ("BOOLEAN", 2, 1000, Task.BINARY),
        ("VARCHAR", 2, 1000, Task.BINARY),
        ("BIGINT", 2, 1000, Task.BINARY),
        ("VARCHAR", 3, 1000, Task.MULTICLASS),
        ("VARCHAR", 60, 1000, Task.MULTICLASS),
        ("BIGINT", 5, 1000, Task.MULTICLASS),
        ("BIGINT", 15, 1000, Task.REGRESSION),
        ("BIGINT", 15, 100, Task.REGRESSION),
        ("DOUBLE", 900, 1000, Task.REGRESSION),
        ("DECIMAL(10,2)", 900, 1000, Task.REGRESSION),
        ("UINTEGER", 21, 1000, Task.REGRESSION),
    ],
)
def test_the_task_follows_from_type_and_values(
    kind: str, distinct: int, rows: int, task: Task
) -> None:
    guessed, reason = guess(column("y", kind, distinct), rows)
    assert guessed is task
    assert "'y'" in reason
    assert reason.endswith(".")


def test_a_number_with_few_levels_says_how_to_decide_otherwise() -> None:
    assert "brief.task to regression" in guess(column("stars", "INTEGER", 5))[1]
    assert "brief.task to multiclass" in guess(column("stars", "INTEGER", 15))[1]


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (column("y", distinct=0, nulls=1000), "every value of 'y' is missing"),
        (column("y", distinct=1), "'y' has one value only"),
        (column("y", distinct=900), "900 different values in 1,000 rows"),
        (column("y", "TIMESTAMP", 500), "'y' is a date"),
    ],
)
def test_a_target_that_cannot_be_learned_is_refused_with_what_to_do(
    target: ColumnProfile, said: str
) -> None:
    with pytest.raises(UnfitTarget, match=said) as refused:
        guess(target)
    assert refused.value.hint


def test_a_stated_task_wins_unless_it_cannot_be() -> None:
    assert guess(column("y", "INTEGER", 5), task="regression")[0] is Task.REGRESSION
    with pytest.raises(UnfitTarget, match="binary needs two values, 'y' has 5"):
        guess(column("y", "INTEGER", 5), task="binary")
    with pytest.raises(UnfitTarget, match="regression needs numbers"):
        guess(column("y", "VARCHAR", 5), task="regression")


def test_an_unknown_or_missing_target_is_named_with_the_nearest() -> None:
    rows = profile(column("income"))
    with pytest.raises(UnknownColumn, match="no column 'incme'") as refused:
        business.guess_task(rows, Brief(target="incme"))
    assert refused.value.hint == "Did you mean 'income'?"
    with pytest.raises(UnfitTarget, match="no column to predict"):
        business.guess_task(rows, Brief())


def test_the_positive_class_is_the_stated_one_else_the_rarer() -> None:
    rows = profile(column("y"))
    assert business.positive_class(rows, Brief(target="y"), Task.BINARY) == "yes"
    assert business.positive_class(rows, Brief(target="y", positive="no"), Task.BINARY) == "no"
    assert business.positive_class(rows, Brief(target="y"), Task.MULTICLASS) is None
    with pytest.raises(UnfitTarget, match="never 'yess'") as refused:
        business.positive_class(rows, Brief(target="y", positive="yess"), Task.BINARY)
    assert "'yes'" in refused.value.hint
    even = (Top(value="true", count=5), Top(value="false", count=5))
    rows = profile(column("y", "BOOLEAN", top=even))
    assert business.positive_class(rows, Brief(target="y"), Task.BINARY) == "true"


@pytest.mark.parametrize(
    ("task", "values", "positives", "kind"),
    [
        (Task.BINARY, VALUES, 200, "expected_value"),
        (Task.BINARY, Values(), 200, "roc_auc"),
        (Task.BINARY, Values(), 50, "average_precision"),
        (Task.MULTICLASS, Values(), 200, "log_loss"),
        (Task.REGRESSION, Values(), 200, "mae"),
        (Task.REGRESSION, Values(per_unit_of_error=-2), 200, "expected_cost"),
    ],
)
def test_the_metric_follows_from_the_brief(
    task: Task, values: Values, positives: int, kind: str
) -> None:
    top = (Top(value="no", count=1000 - positives), Top(value="yes", count=positives))
    rows = profile(column("y", top=top))
    found, reason = business.primary_metric(
        Brief(target="y", values=values), TASKS[task].of(), rows
    )
    assert found == kind
    assert reason.endswith(".")


@pytest.mark.parametrize(
    ("name", "said", "hint"),
    [
        ("roc_acu", "no metric 'roc_acu'", "roc_auc"),
        ("rmse", "not for binary", "roc_auc"),
        ("expected_value", "needs brief.values", "brief.values"),
    ],
)
def test_a_metric_that_cannot_be_is_refused(name: str, said: str, hint: str) -> None:
    brief = Brief(target="y", primary_metric=name)
    with pytest.raises(InvalidParameter, match=said) as refused:
        business.primary_metric(brief, TASKS["binary"].of(), profile(column("y")))
    assert hint in refused.value.hint


def test_a_stated_metric_is_taken() -> None:
    brief = Brief(target="y", primary_metric="brier")
    assert business.primary_metric(brief, TASKS["binary"].of(), profile(column("y")))[0] == "brier"
    signed = Brief(target="y", primary_metric="bias")
    with pytest.raises(InvalidParameter, match="best at 0"):
        business.primary_metric(
            signed, TASKS["regression"].of(), profile(column("y", "DOUBLE", 500))
        )


def test_an_empty_brief_says_all_it_lacks_worst_first() -> None:
    found = business.missing(Brief(), profile(column("age", "BIGINT", 70), column("churn")))
    assert found[0].code == "no_target"
    assert found[0].fix is not None
    assert (found[0].fix.path, found[0].fix.value) == ("brief.target", "churn")
    codes = {finding.code for finding in found}
    assert {"no_question", "no_decision", "no_unit", "no_values", "default_criterion"} <= codes
    (watched,) = (finding for finding in found if finding.code == "not_protected")
    assert watched.fix is not None
    assert (watched.fix.value, watched.fix.append) == ("age", True)


def test_misspelt_names_are_found_with_the_fix_that_mends_them() -> None:
    brief = Brief(
        target="chrn",
        protected=("gendr",),
        criteria=(Criterion(metric="recal", at_least=0.5, group="gendr"),),
    )
    rows = profile(column("churn"), column("gender"))
    found = [f for f in business.missing(brief, rows) if f.severity is Severity.PROBLEM]
    fixes = {f.fix.path: f.fix.value for f in found if f.fix}
    assert fixes == {
        "brief.target": "churn",
        "brief.protected.0": "gender",
        "brief.criteria.0.group": "gender",
        "brief.criteria.0.metric": "recall",
    }


def test_a_full_brief_lacks_nothing() -> None:
    brief = Brief(
        question="Who leaves?",
        decision="Whom to call, by the service desk",
        target="churn",
        unit="a customer",
        capacity=Capacity(count=200, cases_per_period=1500),
        values=VALUES,
        criteria=(Criterion(metric="recall", at_least=0.5),),
        stakeholders=(Stakeholder(name="Ada"),),
        sign_offs=({"by": "Ada", "role": "owner", "at": "2026-01-01"},),
    )
    assert {f.severity for f in business.missing(brief, profile(column("churn")))} == {Severity.OK}
    business.check(brief, profile(column("churn")))


def test_a_capacity_of_unknown_many_is_asked_about() -> None:
    brief = Brief(target="churn", capacity=Capacity(count=200))
    found = {f.code: f for f in business.missing(brief, profile(column("churn")))}
    assert found["no_cases_per_period"].severity is Severity.CHECK
    assert "brief.capacity.cases_per_period" in found["no_cases_per_period"].sentence
    known = Brief(target="churn", capacity=Capacity(count=200, cases_per_period=1500))
    codes = {f.code for f in business.missing(known, profile(column("churn")))}
    assert "no_cases_per_period" not in codes


@pytest.mark.parametrize(
    "wrong",
    [
        {"protected": ("gendr",)},
        {"criteria": (Criterion(metric="recal", at_least=0.5),)},
        {"criteria": (Criterion(metric="recall", at_least=0.5, group="gendr"),)},
        {"criteria": (Criterion(metric="recall_at_capacity", at_least=0.5),)},
        {"positive": "maybe"},
        {"primary_metric": "mae"},
    ],
    ids=str,
)
def test_a_brief_that_cannot_be_worked_on_is_refused_before_anything_runs(
    wrong: dict[str, object],
) -> None:
    with pytest.raises(MllError) as refused:
        business.check(Brief(target="churn", **wrong), profile(column("churn"), column("gender")))
    assert refused.value.hint


def test_the_seal_changes_with_any_bound_and_with_nothing_else() -> None:
    one = (Criterion(metric="recall", at_least=0.5),)
    assert business.seal(one) == business.seal((Criterion(metric="recall", at_least=0.5),))
    assert business.seal(one) != business.seal((Criterion(metric="recall", at_least=0.51),))
    assert business.seal(()) != business.seal(one)
    assert len(business.seal(())) == 64


def test_a_rule_names_columns_that_are_there() -> None:
    names = ["credit-history", "credit", "income"]
    business.refuse_rule_columns(Brief(rule="`credit-history` == 'bad' or income < 9"), names)
    with pytest.raises(UnknownColumn, match=r"brief\.rule: the table has no column 'incom'") as no:
        business.refuse_rule_columns(Brief(rule="incom < 9"), names)
    assert no.value.hint == "Did you mean 'income'?"
    with pytest.raises(UnknownColumn, match="'history'") as no:
        business.refuse_rule_columns(Brief(rule="credit-history == 'bad'"), names)
    assert no.value.hint == "Put the name between backticks: `credit-history`."


def test_a_rule_that_cannot_be_read_says_which_name_wants_backticks() -> None:
    known = profile(column("left"), column("credit history"))
    with pytest.raises(InvalidParameter) as no:
        business.check(Brief(target="left", rule="credit history == 'bad'"), known)
    assert no.value.hint == "Put the name between backticks: `credit history`."
