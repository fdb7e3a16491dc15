import json
from pathlib import Path

import numpy as np
import pandas as pd
import projects
import pytest
from projects import csv

from mll_core.domain.errors import (
    Conflict,
    InvalidDocument,
    InvalidParameter,
    NotReady,
    Stopped,
    UnfitRows,
    UnknownColumn,
)
from mll_core.domain.job import Event
from mll_core.domain.serving import LoggedRequest, Outcome
from mll_core.domain.stage import Stage, Status
from mll_core.infra import answered, events, warehouse
from mll_core.infra.database import now
from mll_core.infra.locks import held
from mll_core.infra.prediction_log import PredictionLog, folder_of, new_request_id
from mll_core.project import Project
from mll_core.reproduction import reproduce
from mll_core.workspace import Workspace


def statuses(project: Project) -> dict[Stage, Status]:
    return {state.stage: state.status for state in project.states()}


def events_of(project: Project) -> tuple[Event, ...]:
    return events.read(project.rooms.database, project.slug, 1000)


def test_a_finished_project_is_done_from_end_to_end(tmp_path: Path) -> None:
    project = projects.project(tmp_path)
    assert {s for s in statuses(project).values()} <= {Status.DONE, Status.CHECK}
    report, champion = project.report(), project.champion()
    assert report
    assert champion
    assert (champion.number, champion.run_id) == (1, report.run_id)
    assert report.opening == 1
    assert {group.column for group in report.groups} == {"gender"}


@pytest.mark.parametrize(
    ("path", "value", "first_stale"),
    [
        ("evaluate.resamples", 200, Stage.EVALUATE),
        ("train.budget_seconds", 30, Stage.TRAIN),
        ("split.test_share", 0.3, Stage.PREPARE),
        ("brief.protected", [], Stage.PREPARE),
        ("deploy.retention_days", 30, Stage.DEPLOY),
    ],
)
def test_editing_a_section_marks_everything_downstream_stale(
    tmp_path: Path, path: str, value: object, first_stale: Stage
) -> None:
    project = projects.project(tmp_path)
    project.edit(path, value)
    found = statuses(project)
    stale = {stage for stage, status in found.items() if status is Status.STALE}
    assert {first_stale, *first_stale.after} <= stale
    assert Stage.COLLECT not in stale


def test_signing_off_makes_nothing_stale(tmp_path: Path) -> None:
    project = projects.project(tmp_path)
    before = statuses(project)
    project.sign_off("Ana", "head")
    assert statuses(project) == before
    assert project.document.brief.sign_offs[-1].by == "Ana"


def test_a_change_of_words_costs_no_training_and_no_opening_of_the_test(tmp_path: Path) -> None:
    project = projects.project(tmp_path)
    before = project.results.training()
    project.edit("brief.question", "Who will leave next week?")
    project.run("evaluate")
    assert project.results.training() == before
    assert [e.kind for e in events_of(project) if e.kind == "test.opened"] == ["test.opened"]
    assert Status.STALE not in set(list(statuses(project).values())[:5])


def test_a_new_candidate_opens_the_test_a_second_time_and_says_so(tmp_path: Path) -> None:
    project = projects.project(tmp_path)
    project.edit("train.seed", 5)
    project.run("evaluate")
    report = project.report()
    assert report
    assert report.opening == 2


def test_changed_criteria_are_sealed_anew_and_both_seals_stay(tmp_path: Path) -> None:
    project = projects.project(tmp_path)
    project.edit("brief.criteria", [{"metric": "roc_auc", "at_least": 0.99}])
    outcome = project.run("evaluate")
    assert outcome.gate
    assert not outcome.gate["passed"]
    assert outcome.advice
    assert len(project.seals.sealed()) == 2
    report = project.report()
    assert report
    assert report.gate.sealed_sha256 == project.seals.sealed()[-1].detail["sha256"]
    assert project.states()[4].status is Status.CHECK


def test_a_model_below_its_gate_needs_a_note_to_be_approved(tmp_path: Path) -> None:
    project = projects.project(tmp_path)
    project.history.edit(
        {"brief.criteria": [{"metric": "roc_auc", "at_least": 0.99}], "train.seed": 3}
    )
    project.run("evaluate")
    with pytest.raises(NotReady, match="does not meet its gate"):
        project.deployment.approve("Ana", "head")
    assert project.deployment.approve("Ana", "head", "only a pilot").approvals[0].note


def test_two_tabs_cannot_overwrite_each_other(tmp_path: Path) -> None:
    project = projects.project(tmp_path)
    newest = project.history.newest()
    project.edit("split.folds", 4)
    with pytest.raises(Conflict):
        project.rooms.projects.save(
            project.slug, newest.text + "\n", based_on=newest.version, reason="late"
        )


def test_a_wrong_edit_changes_nothing(tmp_path: Path) -> None:
    project = projects.project(tmp_path)
    before = project.history.newest()
    with pytest.raises(InvalidDocument, match=r"split\.folds"):
        project.edit("split.folds", "many")
    assert project.history.newest() == before


def test_steps_are_added_removed_and_brought_back(tmp_path: Path) -> None:
    project = projects.project(tmp_path)
    project.history.append("prepare.steps", {"kind": "trim_text", "column": "plan"})
    assert [step.kind for step in project.document.prepare.steps][-1] == "trim_text"
    version = project.history.newest().version
    project.history.remove("prepare.steps", len(project.document.prepare.steps) - 1)
    assert "trim_text" not in [step.kind for step in project.document.prepare.steps]
    project.history.restore(version)
    assert [step.kind for step in project.document.prepare.steps][-1] == "trim_text"


def test_a_protected_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    project = projects.project(tmp_path)
    project.edit("brief.protected", ["gendre"])
    with pytest.raises(UnknownColumn) as caught:
        project.run("train")
    assert "gender" in caught.value.hint


@pytest.mark.parametrize("text_dates", [False, True])
def test_the_newest_rows_are_tested_also_when_dates_are_text(
    tmp_path: Path, text_dates: bool
) -> None:
    frame = projects.customers(400)
    days = pd.date_range("2024-01-01", periods=400)[np.random.default_rng(0).permutation(400)]
    frame["day"] = days.strftime("%d.%m.%Y") if text_dates else days
    path = tmp_path / "dated.csv"
    frame.to_csv(path, index=False)
    settings = {**projects.CHEAP, "split.time_column": "day"}
    workspace = Workspace.open(projects.mirrored(tmp_path / "home"))
    project = workspace.create_project(
        "dated", str(path), target="left", budget=15, settings=settings
    )
    project.run("train")
    split = project.results.split()
    assert split
    assert split.kind == "time"
    tested = pd.read_parquet(workspace.objects.path(split.test.sha256))["customer_id"]
    newest = frame.assign(day=days).sort_values("day").tail(80)["customer_id"]
    assert set(tested) == set(newest)


def test_groups_stay_together_from_split_to_folds(tmp_path: Path) -> None:
    frame = projects.customers(400)
    frame["household"] = np.arange(400) // 4
    path = tmp_path / "grouped.csv"
    frame.to_csv(path, index=False)
    settings = {**projects.CHEAP, "split.group_column": "household"}
    workspace = Workspace.open(projects.mirrored(tmp_path / "home"))
    project = workspace.create_project(
        "grouped", str(path), target="left", budget=15, settings=settings
    )
    project.run("train")
    split = project.results.split()
    assert split
    parts = [
        set(pd.read_parquet(workspace.objects.path(part.sha256))["household"])
        for part in (split.development, split.test)
    ]
    assert not parts[0] & parts[1]


def test_retraining_adds_rows_and_compares_on_rows_nobody_learned_from(tmp_path: Path) -> None:
    project = projects.project(tmp_path)
    rows = projects.customers(300, seed=9)
    current, outcomes = tmp_path / "current.csv", tmp_path / "outcomes.csv"
    rows.drop(columns="left").to_csv(current, index=False)
    rows[["customer_id", "left"]].to_csv(outcomes, index=False)
    with pytest.raises(UnfitRows, match="no column 'left'"):
        project.watching.retrain(str(current))
    result = project.watching.retrain(str(current), str(outcomes))
    assert result["version"] == 2
    data, comparison = project.results.data(), project.watching.comparison()
    assert data
    assert comparison
    assert data.rows == 700
    assert 0 < comparison.rows <= 140
    champion = project.champion()
    assert champion
    assert champion.number == 1  # until somebody approves and promotes the challenger


def test_logged_requests_are_watched_like_a_file_and_outcomes_are_found_in_the_log(
    tmp_path: Path,
) -> None:
    project = projects.project(tmp_path)
    with pytest.raises(NotReady, match="No request has been logged"):
        project.watching.monitor("requests")
    rows = projects.customers(150, seed=4)
    records = json.loads(rows.drop(columns=["left", "customer_id"]).to_json(orient="records"))
    scored = project.deployment.scorer().score(records)
    request = LoggedRequest(
        request_id=new_request_id(),
        at=now(),
        version=1,
        records=tuple(records),
        predictions=scored.predictions,
        scores=scored.scores,
    )
    log = PredictionLog(folder_of(project.rooms.home, project.deployment.name))
    log.put(request)
    assert log.flush()
    told = [
        Outcome(request_id=request.request_id, record=n, actual=actual)
        for n, actual in enumerate(rows["left"])
    ]
    assert all(log.add_outcomes(told))
    log.close()
    found = project.watching.monitor("requests")
    assert found.rows == 150
    assert not found.dataset_drift
    assert found.realised
    assert found.realised["roc_auc"]["n"] == 150


def test_predictions_come_with_reasons_in_the_users_columns(tmp_path: Path) -> None:
    project = projects.project(tmp_path)
    record = projects.customers(1, seed=3).drop(columns=["left", "customer_id"]).iloc[0].to_dict()
    plain = {key: getattr(value, "item", lambda v=value: v)() for key, value in record.items()}
    (answer,) = project.deployment.predict([plain], explain=True)
    assert answer.prediction in ("yes", "no")
    assert answer.probabilities
    assert sum(answer.probabilities.values()) == pytest.approx(1)
    assert answer.reasons
    assert {reason.column for reason in answer.reasons} <= set(plain)


def test_an_old_run_is_reproduced_after_the_document_and_the_rows_have_changed(
    tmp_path: Path,
) -> None:
    project = projects.project(tmp_path)
    training = project.results.training()
    assert training
    project.history.edit({"split.seed": 9, "train.seed": 4, "brief.question": "Another?"})
    project.run("train")
    newest = project.results.training()
    assert newest
    assert newest.run_id != training.run_id
    for past in (training, newest):
        found = reproduce(project, past, past.run_id)
        assert found["identical"], found
        assert found["learned"] is True


def test_what_is_written_into_the_file_by_hand_becomes_a_version_before_anything_else(
    tmp_path: Path,
) -> None:
    project = projects.project(tmp_path)
    text = project.path.read_text(encoding="utf-8")
    project.path.write_text(text.replace("folds: 3", "folds: 4  # agreed"), encoding="utf-8")
    project.edit("split.test_share", 0.25)
    assert project.document.split.folds == 4
    assert "folds: 4  # agreed" in project.path.read_text(encoding="utf-8")
    assert "by hand" in project.history.versions()[1].reason
    project.path.write_text(text.replace("folds: 3", "folds: many"), encoding="utf-8")
    with pytest.raises(InvalidDocument, match=r"split\.folds"):
        project.run("prepare")
    assert "folds: many" in project.path.read_text(encoding="utf-8")


def test_a_stopped_search_goes_on_when_it_is_asked_for_again(tmp_path: Path) -> None:
    project = projects.project(tmp_path)
    models = [{"kind": "logistic_regression"}, {"kind": "naive_bayes"}]
    project.edit("train.models", models)
    project.edit("train.trials", 2)

    def stop(share: float, said: str) -> None:
        if said.startswith("Logistic regression"):
            raise Stopped("Stopped.", hint="")

    assert project.run("train", progress=stop).stages["train"]["status"] == "done"
    stopped = project.results.training()
    assert stopped.stopped
    project.run("prepare")
    assert project.results.training() == stopped
    project.run("train")
    whole = project.results.training()
    assert not whole.stopped
    assert {run.model for run in whole.leaderboard} >= {"logistic_regression", "naive_bayes"}


def test_a_second_run_of_the_same_project_is_refused_while_one_goes_on(tmp_path: Path) -> None:
    project = projects.project(tmp_path)
    with (
        held(project.rooms.home / "locks" / "customers.run", what="It"),
        pytest.raises(Conflict, match="Another run of 'customers'"),
    ):
        project.run("train")


def test_an_unknown_stage_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidParameter) as caught:
        projects.project(tmp_path).run("trian")
    assert "'train'" in caught.value.hint


def test_a_file_is_never_overwritten_by_its_own_answers(tmp_path: Path) -> None:
    project, rows = projects.project(tmp_path), projects.csv(tmp_path, 50)
    before = rows.read_bytes()
    with pytest.raises(InvalidParameter, match="overwritten"):
        project.deployment.score(str(rows), rows)
    assert rows.read_bytes() == before


def test_outcomes_without_a_key_are_matched_by_order_and_that_is_said(tmp_path: Path) -> None:
    project = projects.project(tmp_path)
    project.edit("data.keys", [])
    rows = projects.customers(200, seed=6)
    current, outcomes = tmp_path / "rows.csv", tmp_path / "told.csv"
    rows.drop(columns=["left", "customer_id"]).to_csv(current, index=False)
    rows[["left", "gender"]].to_csv(outcomes, index=False)
    found = project.watching.monitor(str(current), str(outcomes))
    assert found.realised
    assert found.realised["roc_auc"]["n"] == 200
    assert "order of rows" in found.note
    rows[["left", "gender"]].head(9).to_csv(outcomes, index=False)
    with pytest.raises(UnfitRows, match="without a key"):
        project.watching.monitor(str(current), str(outcomes))


def test_drift_in_numbers_kept_as_text_is_seen_as_the_recipe_reads_them(tmp_path: Path) -> None:
    frame = projects.customers(600)
    frame["spent"] = [f"{n:.2f} EUR" for n in np.random.default_rng(1).uniform(1000, 5000, 600)]
    path, later = tmp_path / "rows.csv", tmp_path / "later.csv"
    frame.to_csv(path, index=False)
    step = {"kind": "parse_numbers", "column": "spent"}
    settings = {**projects.CHEAP, "prepare.steps": [step]}
    workspace = Workspace.open(projects.mirrored(tmp_path / "home"))
    project = workspace.create_project(
        "spent", str(path), target="left", budget=15, settings=settings
    )
    project.run("evaluate")
    project.deployment.approve("Ana", "head", "pilot")
    project.deployment.promote()
    frame["spent"] = [f"{n:.2f} EUR" for n in np.random.default_rng(2).uniform(6000, 9999, 600)]
    frame.to_csv(later, index=False)
    drift = {row.column: row for row in project.watching.monitor(str(later)).drift}
    assert drift["spent"].drifted
    assert not drift["fee"].drifted


def test_a_sample_brings_its_question_and_target(tmp_path: Path) -> None:
    project = Workspace.open(tmp_path).create_project("Flowers", "sample:iris")
    assert project.document.brief.target
    assert project.document.brief.question.endswith("?")


def test_no_password_gets_into_a_document_or_a_job(tmp_path: Path) -> None:
    project = projects.project(tmp_path)
    address = "postgresql://ana:hunter2@db/sales"
    for attempt in (
        lambda: project.edit("data.source", address),
        lambda: project.submit("monitor", current=address),
    ):
        with pytest.raises(InvalidParameter, match="carries a password"):
            attempt()
    assert b"hunter2" not in (project.rooms.home / "catalog.db").read_bytes()


def test_of_many_rows_a_run_finds_out_what_pages_will_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answered, "MANY", 100)
    project = Workspace.open(tmp_path / "home").create_project("C", str(projects.csv(tmp_path)))
    project.edit("prepare.exclude", [{"column": "fee", "reason": "not asked"}])
    project.run("collect")
    monkeypatch.setattr(warehouse, "records", None)
    assert "fee" not in {finding.column for finding in project.results.findings()}


def test_judging_the_columns_of_many_rows_heeds_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answered, "MANY", 100)
    project = Workspace.open(tmp_path / "home").create_project("Churn", str(csv(tmp_path)))
    project.edit("brief.target", "left")
    said: list[str] = []

    def stop(_: float, what: str) -> None:
        said.append(what)
        if what.startswith("Judging the columns: check 3 of "):
            raise Stopped("Stopped.", hint="Run it again.")

    with pytest.raises(Stopped):
        project.run("collect", progress=stop)
    assert [what[:28] for what in said if "Judging" in what] == [
        f"Judging the columns: check {n}" for n in (1, 2, 3)
    ]
