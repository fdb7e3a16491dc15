import projects
from page_cases import cards, open_page, texts

from mll_core.workspace import Workspace


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
    assert page.button(key="retrain").label == "Retrain with customers_1.csv"
    page.text_input(key="monitor-current-path").set_value("/data/new.csv").run()
    assert page.button(key="retrain").label == "Retrain with new.csv"
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
