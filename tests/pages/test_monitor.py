import projects
from page_cases import cards, open_page, texts

from mll_core.domain.serving import Comparison, DriftRow, Monitoring
from mll_core.domain.training import Interval
from mll_core.workspace import Workspace
from pages._ui import alerts, challenger, numbers


def test_the_last_pass_is_told_with_drift_and_performance(finished: Workspace) -> None:
    found = finished.project("customers").results.monitoring()
    page = open_page("monitor", project="customers")
    moved = next(metric for metric in page.metric if metric.label == "Columns that moved")
    assert moved.value.endswith(f"of {len(found.drift)}")
    assert f"{found.rows} rows" in texts(page)


def test_an_uploaded_file_is_put_in_line_for_watching(finished: Workspace) -> None:
    page = open_page("monitor", project="customers")
    file = projects.csv(finished.home, seed=2)
    upload = page.file_uploader(key="monitor-current-file")
    upload.upload(file.name, file.read_bytes(), "text/csv").run()
    page.button(key="monitor").click().run()
    assert not cards(page)
    (job, *_) = finished.project("customers").jobs()
    assert job.kind == "monitor"
    assert job.parameters["current"].endswith("customers_2.csv")


def test_retraining_offers_the_rows_that_were_watched_last_or_a_file_of_ones_own(
    finished: Workspace,
) -> None:
    page = open_page("monitor", project="customers")
    assert page.button(key="retrain").label.replace("\\", "") == "Retrain with customers_1.csv"
    page.text_input(key="monitor-current-path").set_value("/data/new.csv").run()
    assert page.button(key="retrain").label.replace("\\", "") == "Retrain with new.csv"
    page.button(key="retrain").click().run()
    (job, *_) = finished.project("customers").jobs()
    assert (job.kind, job.parameters) == ("retrain", {"current": "/data/new.csv"})


def test_a_failed_job_is_a_card_with_what_to_do(finished: Workspace) -> None:
    page = open_page("monitor", project="customers")
    page.text_input(key="monitor-current-path").set_value("/no/such.csv").run()
    page.button(key="monitor").click().run()
    from mll_core.domain.job import JobStatus

    claim = finished.jobs.claim()
    fault = {"message": "There is no file such.csv.", "hint": "Check the path.", "id": ""}
    finished.jobs.finish(claim, JobStatus.FAILED, fault["message"], error=fault)
    (card,) = cards(open_page("monitor", project="customers"))
    assert "There is no file such.csv." in card
    assert "Check the path." in card


def test_alerts_stand_worst_first_and_the_largest_shift_before_smaller_ones() -> None:
    def row(column: str, value: float) -> DriftRow:
        return DriftRow(column=column, value=value, noise_band=0.1, threshold=0.2, drifted=True)

    said = [
        {"severity": "check", "column": "small", "sentence": "s"},
        {"severity": "check", "column": "large", "sentence": "l"},
        {"severity": "problem", "sentence": "p"},
    ]
    drift = (row("small", 0.3), row("large", 0.9))
    found = Monitoring(
        source="", rows=9, model_version=1, drift=drift, dataset_drift=True, alerts=tuple(said)
    )
    assert [one["sentence"] for one in alerts.worst_first(found)] == ["p", "l", "s"]


def test_the_sealed_test_beside_a_pass_is_of_the_version_that_answered(
    finished: Workspace,
) -> None:
    project = finished.project("customers")
    then = project.report()
    project.edit("split.seed", 9)
    project.run("evaluate")
    page = open_page("monitor", project="customers")
    table = next(frame.value for frame in page.dataframe if "Sealed test" in frame.value)
    shown = dict(zip(table["Metric"], table["Sealed test"], strict=True))
    assert project.report().test["roc_auc"] != then.test["roc_auc"]
    assert shown["ROC AUC"] == numbers.interval("roc_auc", then.test["roc_auc"])


def test_two_passes_are_drawn_one_after_the_other(finished: Workspace) -> None:
    assert "Pass after pass" not in texts(open_page("monitor", project="customers"))
    project = finished.project("customers")
    project.watching.monitor(str(projects.csv(finished.home, seed=3)))
    assert "Pass after pass" in texts(open_page("monitor", project="customers"))


def test_a_lead_and_its_interval_are_told_with_the_same_words() -> None:
    comparison = Comparison(
        metric="roc_auc",
        rows=900,
        champion=Interval(value=0.8, low=0.7, high=0.9),
        challenger=Interval(value=0.79, low=0.7, high=0.9),
        difference=Interval(value=-0.01, low=-0.03, high=0.02),
        verdict="not shown",
        sentence="",
    )
    assert challenger.sentence(comparison, "ROC AUC") == (
        "By ROC AUC the challenger is 0.01 behind; 95 % interval: 0.03 behind to 0.02 ahead."
    )


def test_looking_again_by_itself_is_added_paused_and_removed(finished: Workspace) -> None:
    project = finished.project("customers")
    page = open_page("monitor", project="customers")
    assert "Nothing is done by itself yet." in texts(page)
    page.text_input(key="schedule-source").set_value("/data/weekly/*.csv").run()
    page.button(key="schedule-add").click().run()
    assert not cards(page)
    (made,) = project.schedules.all()
    assert made.rule.sentence() == "every day at 06:00"
    assert made.parameters == {"current": "/data/weekly/*.csv"}
    assert "every day at 06:00" in texts(page)
    page.button(key=f"switch-{made.id}").click().run()
    assert not project.schedules.all()[0].enabled
    assert "Paused." in texts(page)
    page.button(key=f"remove-{made.id}").click().run()
    assert project.schedules.all() == ()
