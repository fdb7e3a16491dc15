"""Columns and steps that are looked into: what is kept, what is said, what people decide."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import projects
import pyarrow as pa
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from mll_core import lifecycle
from mll_core.cli import main
from mll_core.domain.connector import quiet
from mll_core.domain.errors import NotReady, Stopped, UnknownColumn
from mll_core.domain.recipe import Recipe
from mll_core.handover import exhibit
from mll_core.infra.fitted_model import scores_of
from mll_core.infra.report_page import render
from mll_core.infra.target_values import Classes
from mll_core.project import Project
from mll_core.stages import train
from mll_core.stages.train import Order
from mll_core.stages.train.fitting import Candidate, fit
from mll_core.stages.train.last_fit import means_of
from mll_core.stages.train.rows import Rows, fewer, parts
from mll_core.workspace import Workspace


def rows(n: int = 400) -> pd.DataFrame:
    """Customers with a code that is filled in when they cancel."""
    frame = projects.customers(n)
    draw = np.random.default_rng(3)
    frame["cancel_code"] = np.where(frame["left"] == "yes", draw.choice(["A", "B"], n), None)
    return frame


@pytest.fixture(scope="module")
def parted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace whose project has collected and parted its rows."""
    folder = tmp_path_factory.mktemp("parted")
    rows().to_csv(folder / "c.csv", index=False)
    workspace = Workspace.open(folder / "home", actor="ana")
    workspace.create_project(
        "Customers", str(folder / "c.csv"), target="left", settings=projects.CHEAP
    ).run("prepare")
    return folder / "home"


@pytest.fixture
def project(tmp_path: Path, parted: Path) -> Project:
    shutil.copytree(parted, tmp_path / "home")
    return Workspace.open(tmp_path / "home", actor="ana").project("customers")


def test_a_leak_has_a_case_file_with_the_score_with_and_without_it(project: Project) -> None:
    assert project.worth.cases() is None
    told: list[dict[str, object]] = []
    found = project.worth.check_leaks(["fee"], publish=told.append)
    cases = {case.column: case for case in found.cases}
    assert set(cases) == {"cancel_code", "fee"}
    leak = cases["cancel_code"].rerun
    assert leak
    assert leak.with_it == 1.0
    assert leak.effect == "helps"  # it does, here: that is what makes it suspicious
    assert leak.gain.value == pytest.approx(leak.with_it - leak.without)
    split = project.results.split()
    assert split
    assert split.twins
    assert found.duplicates == split.twins.finding.sentence
    assert "equal to a test row" in found.duplicates
    assert told[-1]["lines"]
    kept = project.worth.cases()
    assert kept
    assert kept.fresh
    assert kept.value == found


def test_two_leaks_hide_each_other_until_both_are_left_out(tmp_path: Path) -> None:
    frame = rows().drop(columns="cancel_code")
    noise = np.random.default_rng(5).normal(size=len(frame))
    frame["refund"] = np.where(frame["left"] == "yes", 5.0, 0) + noise / 10
    frame["repaid"] = frame["refund"] * 1.2 + 1
    frame.to_csv(tmp_path / "c.csv", index=False)
    project = Workspace.open(tmp_path / "home", actor="ana").create_project(
        "Two", str(tmp_path / "c.csv"), target="left", settings=projects.CHEAP
    )
    project.edit("prepare.exclude", [{"column": "customer_id", "reason": "an id"}])
    found = project.worth.check_leaks()
    assert {case.column for case in found.cases} == {"refund", "repaid"}
    for case in found.cases:
        assert case.rerun
        assert case.rerun.gain.value == pytest.approx(0, abs=0.01)  # the other one is still there
        assert case.together
        assert case.together.with_it == pytest.approx(1, abs=0.01)
        assert case.together.without < 0.8
        said = " ".join(case.told("left", found.metric_label, "it"))
        assert "Suspects hide each other" in said
        assert "says nearly the same as" in said
    kept = project.worth.cases()
    assert kept
    assert kept.value == found


def test_a_second_look_measures_nothing_again(project: Project) -> None:
    first = project.worth.check_leaks()
    said: list[str] = []
    again = project.worth.check_leaks(progress=lambda share, message: said.append(message))
    assert again == first
    assert not any("fold" in message and "cancel" in message for message in said)


def test_what_was_finished_before_a_stop_is_kept(project: Project) -> None:
    def stop(share: float, message: str) -> None:
        if message.startswith("fee:"):
            raise Stopped("Stopped on request.", hint="")

    with pytest.raises(Stopped):
        project.worth.check_leaks(["fee"], progress=stop)
    kept = project.worth.cases()
    assert kept
    assert [case.column for case in kept.value.cases] == ["cancel_code"]
    assert not kept.value.finished


def test_a_verdict_is_kept_in_the_document_done_and_logged(project: Project) -> None:
    document = project.worth.judge("fee", "leave out", "after", "billed at the end")
    (verdict,) = document.prepare.verdicts
    assert (verdict.by, verdict.decision, verdict.known) == ("ana", "leave out", "after")
    assert ("fee", "billed at the end") in [(e.column, e.reason) for e in document.prepare.exclude]
    again = project.worth.judge("fee", "keep", "before", "it is the price list's")
    assert "fee" not in again.prepare.excluded
    assert [one.column for one in again.prepare.verdicts] == ["fee"]
    events = [e for e in Workspace.open(project.rooms.home).events() if e.kind == "column.judged"]
    assert [e.detail["what"] for e in events] == ["fee: keep", "fee: leave out"]
    with pytest.raises(UnknownColumn, match="fees"):
        project.worth.judge("fees", "keep")


def test_a_column_that_was_kept_is_not_proposed_to_be_left_out(project: Project) -> None:
    project.edit("prepare.exclude", [])
    assert any(fix.value.get("column") == "cancel_code" for fix in project.recipe.proposals())
    project.worth.judge("cancel_code", "keep", "at", "asked before the call")
    assert not any(fix.value.get("column") == "cancel_code" for fix in project.recipe.proposals())


def test_steps_made_of_a_column_go_with_it(project: Project) -> None:
    project.edit("prepare.exclude", [{"column": "customer_id", "reason": "an id"}])
    step = {"kind": "encode_frequency", "column": "cancel_code", "into": "gone"}
    other = {"kind": "derive_column", "to": "twice", "formula": "fee * 2"}
    project.edit("prepare.steps", [other, step])
    (case,) = project.worth.check_leaks().cases
    assert case.steps == (2,)
    assert case.rerun
    assert case.rerun.without < 0.9


def test_the_report_prints_cases_verdicts_steps_and_the_null_run(tmp_path: Path) -> None:
    project = projects.project(tmp_path)
    double = {"kind": "derive_column", "to": "double", "formula": "fee * 2"}
    project.edit("prepare.steps", [double])
    project.worth.weigh_steps()
    project.worth.shuffle(3)
    project.worth.check_leaks(["fee"])
    project.worth.judge("fee", "keep", "before", "from the price list")
    page = render(exhibit(project))
    assert "Could it have known the answer?" in page
    assert "Kept by ana, known before the decision: from the price list" in page
    assert "By itself it predicts" in page
    assert "What the steps are worth" in page
    assert "No leak in the pipeline was found: with the answers dealt out by chance" in page


def test_the_ledger_tells_of_every_step_what_it_changes_and_what_it_is_worth(
    project: Project, run: Callable[..., str]
) -> None:
    steps = [
        {"kind": "drop_duplicates", "columns": ["customer_id"]},
        {"kind": "encode_frequency", "column": "plan", "into": "share"},
        {"kind": "derive_column", "to": "double", "formula": "share * 2"},
        {"kind": "trim_text", "column": "plan"},
    ]
    project.edit("prepare.steps", steps)
    project.recipe.note(3, enabled=False)
    told: list[dict[str, list[str]]] = []
    found = project.worth.weigh_steps(publish=told.append)
    rows, share, double = found.steps
    assert (rows.looked_at, rows.total) == (320, 320)  # of 400; the others are sealed
    assert rows.change
    assert rows.change.effect == "no difference"  # it drops nothing
    assert rows.judged == "judged on the 320 rows that are there with and without it"
    assert share.reason == "cannot be left out: step 3 needs what it makes"
    assert (share.changed_rows, share.changed_cells, share.looked_at) == (320, 320, 320)
    assert double.change
    assert double.change.effect in ("not shown", "no difference", "hurts")
    assert [len(one["lines"]) for one in told] == [1, 2, 3]
    kept = project.worth.ledger()
    assert kept
    assert kept.fresh
    said: list[str] = []
    again = project.worth.weigh_steps(progress=lambda share, message: said.append(message))
    assert [one.change for one in again.steps] == [one.change for one in found.steps]
    assert not any("fold" in message for message in said)
    answer = json.loads(run("impact", "--json"))
    assert answer["steps"][1]["sentence"].endswith("step 3 needs what it makes.")
    project.recipe.remove(2)
    stale = project.worth.ledger()
    assert stale
    assert not stale.fresh


METRICS_OF: dict[str, Callable[..., float]] = {
    "roc_auc": roc_auc_score,
    "average_precision": average_precision_score,
}


def by_hand(
    project: Project, shown: pd.DataFrame, keep: pd.Series, order: Order
) -> tuple[list[float], list[float]]:
    """The metric of every fold of the kept rows, learned on them, and on the dropped ones too."""
    path = project.rooms.home / "kept.parquet"
    shown[keep].to_parquet(path, index=False)
    kept = train.read(replace(order, development=path))
    model, found = train.quick(order.task, linear=True), ([], [])
    for places, judged in kept.cuts:
        learned, held = shown[keep].iloc[places], shown[keep].iloc[judged]
        more = pd.concat([learned, shown[~keep]]).sort_index()
        for scores, used in zip(found, (learned, more), strict=True):
            both = pd.concat([used, held])
            fold = replace(
                kept,
                table=pa.Table.from_pandas(both.drop(columns="left"), preserve_index=False),
                truth=(both["left"] == "yes").to_numpy(np.int64),
                cuts=[(np.arange(len(used)), np.arange(len(used), len(both)))],
            )
            (part,) = parts(fold, replace(order, recipe=Recipe()), quiet)
            fitted = fit(Candidate(model, ""), part.learned, means_of(order))
            score = scores_of(fitted.estimator, part.judged, order.task, 2)
            scores.append(METRICS_OF[order.metric](part.judged_truth, score[:, 1]))
    return found


def test_a_step_that_chooses_rows_is_judged_on_those_that_are_there_with_and_without_it(
    project: Project,
) -> None:
    shown = pd.read_parquet(project.results.data_path())  # without a step: all of this side
    gone = [{"column": name, "reason": "-"} for name in ("customer_id", "cancel_code")]
    project.edit("prepare.exclude", gone)
    project.edit("prepare.steps", [{"kind": "filter_rows", "formula": "fee > 25"}])
    (step,) = project.worth.weigh_steps().steps
    assert step.change
    bench = project.bench()
    order, _ = lifecycle.training_order(bench, bench.business(), bench.split())
    keep = shown["fee"] > 25
    with_it, without = by_hand(project, shown, keep, order)
    assert step.change.with_it == pytest.approx(np.mean(with_it))
    assert step.change.without == pytest.approx(np.mean(without))
    assert 0.6 < step.change.without != step.change.with_it < 0.95
    bench.seals.open_test(bench.split().test.sha256, "a run")
    (opened,) = project.worth.weigh_steps().steps
    assert opened.change == step.change
    assert step.change.gain.n == keep.sum()
    assert step.judged == (
        f"judged on the {keep.sum()} rows that are there with and without it; "
        f"{(~keep).sum()} more are learned from without it"
    )


def test_a_dropped_copy_of_a_judged_row_is_not_learned_from(project: Project) -> None:
    frame = rows().drop(columns=["customer_id", "cancel_code"])
    path = project.rooms.home.parent / "twice.csv"
    pd.concat([frame, frame.iloc[:200]]).to_csv(path, index=False)
    other = Workspace.open(project.rooms.home, actor="ana").create_project(
        "Twice", str(path), target="left", settings=projects.CHEAP
    )
    other.edit("prepare.steps", [{"kind": "drop_duplicates"}])
    (step,) = other.worth.weigh_steps().steps
    assert step.change
    assert abs(step.change.gain.value) < 0.03  # copies would give the answers away


def test_when_the_time_is_spent_the_rest_is_said_to_be_not_measured(project: Project) -> None:
    steps = [{"kind": "derive_column", "to": "double", "formula": "fee * 2"}]
    project.edit("prepare.steps", steps)
    (step,) = project.worth.weigh_steps(budget=0.001).steps
    assert step.reason == "not measured: the time was spent before"


def test_the_commands_tell_the_same(project: Project, run: Callable[..., str]) -> None:
    said = run("judge", "cancel_code", "--decision", "leave-out", "--known", "after", "--why", "x")
    assert said.startswith("cancel_code: Left out by ")
    found = json.loads(run("leaks", "--json"))
    assert found["cases"][0]["column"] == "cancel_code"
    assert found["verdicts"][0]["decision"] == "leave out"
    assert "measured" not in found


@pytest.fixture
def run(project: Project, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    def command(name: str, *words: str) -> str:
        code = main([name, "customers", *words, "--home", str(project.rooms.home)])
        out = capsys.readouterr().out
        assert code == 0
        return out

    return command


def test_a_null_run_with_little_time_looks_at_fewer_rows_and_says_so(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mll_core.worth.null_run.FEW", 120)
    found = project.worth.shuffle(5, budget=0.001)
    assert len(found.scores) == 3
    assert (found.rows, found.of) == (120, 320)
    assert "For want of time 120 of 320 rows were looked at. Preparing took " in found.sentence()
    assert found.sentence().endswith("most of the time that was given.")
    plenty = project.worth.shuffle(3, budget=1e6)
    assert (plenty.rows, len(plenty.scores), plenty.finished) == (0, 3, True)
    assert "Preparing took" not in plenty.sentence()


def test_preparing_for_a_null_run_ends_when_its_time_is_spent(project: Project) -> None:
    project.edit("split.seed", 99)
    sealed = project.results.split()
    with pytest.raises(NotReady, match="takes longer than the 0 seconds") as refused:
        project.worth.shuffle(3, budget=0.001)
    assert "give more time" in refused.value.hint
    assert project.results.split() == sealed
    assert project.worth.null_run() is None


def test_fewer_rows_keep_their_answers_and_their_folds() -> None:
    truth = np.arange(1_000) % 10
    cuts = [(np.arange(500), np.arange(500, 1_000)), (np.arange(500, 1_000), np.arange(500))]
    every = Rows(pa.table({"x": np.arange(1_000)}), truth, Classes((), ()), cuts)
    few = fewer(every, 300, 2)
    kept = few.table["x"].to_numpy()
    assert np.bincount(few.truth).tolist() == [30] * 10
    assert few.truth.tolist() == truth[kept].tolist()
    for side, moved in zip(cuts[0], few.cuts[0], strict=True):
        assert kept[moved].tolist() == [x for x in kept if x in side]
    assert len(fewer(every, 300, 1).cuts) == 1
    assert np.bincount(fewer(every, 20, 1).truth).min() >= 20  # rare classes stay
