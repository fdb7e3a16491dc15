import pytest
from page_cases import cards, open_page, texts
from streamlit.testing.v1 import AppTest

from mll_core.domain.permits import NEEDED
from mll_core.infra import retries
from mll_core.infra.job_logs import JobLogs
from mll_core.workspace import Workspace
from pages._ui import happenings


def test_jobs_and_events_are_listed_newest_first(finished: Workspace) -> None:
    project = finished.project("customers")
    project.submit("run", until="train")
    page = open_page("activity", project="customers")
    assert not cards(page)
    jobs, log = (frame.value for frame in page.dataframe)
    assert jobs["Status"][0].endswith("queued")
    assert log["What"][0] == "Asked for work"
    assert list(log["No."]) == sorted(log["No."], reverse=True)


def test_every_kind_of_event_has_words_of_its_own() -> None:
    assert set(happenings.KINDS) == set(NEEDED)
    assert len(set(happenings.KINDS.values())) == len(NEEDED)
    assert not any("." in words or "_" in words for words in happenings.KINDS.values())


def test_a_detail_begins_with_its_sentence_and_fingerprints_are_short() -> None:
    asked = {"sha256": "0123456789abcdef" * 4, "sql": "SELECT 1", "rows": 3, "seconds": None}
    assert happenings.told(asked) == "SELECT 1, rows 3, sha256 01234567"
    assert happenings.told({"run_id": "e2693134a181", "opening": 1}) == "opening 1, run id e2693134"
    moved = {"moved": {"ab" * 32: "cd" * 32}, "lines": [], "reason": "asked by mail"}
    assert happenings.told(moved) == "asked by mail, abababab cdcdcdcd"


def test_the_name_of_the_one_project_shown_is_not_repeated_in_every_row(
    finished: Workspace,
) -> None:
    page = open_page("activity", project="customers")
    assert "Nothing was put in line for the worker." in texts(page)
    finished.project("customers").submit("run", until="train")
    page = open_page("activity", project="customers")
    jobs, log = (frame.value for frame in page.dataframe)
    assert list(jobs)[:4] == ["Work", "Status", "Progress", "Message"]
    assert list(log)[:4] == ["No.", "When", "What", "Detail"]
    assert "Project" not in {*jobs, *log}
    page.segmented_control(key="activity-scope").set_value("All projects").run()
    jobs, log = (frame.value for frame in page.dataframe)
    assert set(jobs["Project"]) == {"customers"}
    assert "Project" in log


def test_a_project_name_is_shown_as_it_is_and_never_as_markup(finished: Workspace) -> None:
    import projects

    name = "**Bold** <script>alert(1)</script> [x](http://example.org)"
    finished.create_project(name, str(projects.csv(finished.home)))
    page = open_page("home")
    assert not cards(page)
    raw = [m.value for m in page.markdown if "Bold" in m.value]
    assert raw
    assert all("<script>" not in text and "](http" not in text for text in raw)


def test_the_log_is_in_words_and_a_second_attempt_is_seen(
    finished: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retries, "PAUSES", (0.0,))
    finished.project("customers").submit("run", until="train")
    finished.jobs.release(finished.jobs.claim())
    finished.jobs.claim()
    page = open_page("activity", project="customers")
    jobs, log = (frame.value for frame in page.dataframe)
    assert jobs["Attempts"][0] == 2
    assert jobs["Status"][0] == "running"
    assert jobs["Asked at"][0].endswith("UTC")
    assert not log["Detail"].str.contains("[{}]").any()


def test_what_a_job_said_and_what_is_done_by_itself_are_shown(finished: Workspace) -> None:
    project = finished.project("customers")
    job = project.submit("run", until="train")
    JobLogs(finished.database).keep(job.id, "10:00:00 reading the rows")
    project.schedules.add("run", "every Monday at 07:00", "UTC")
    page = open_page("activity", project="customers")
    assert not cards(page)
    assert [code.value for code in page.code] == ["10:00:00 reading the rows"]
    assert "every Monday at 07:00" in texts(page)
    jobs, _ = (frame.value for frame in page.dataframe)
    assert jobs["Message"][0] == "first in line. Waiting for the worker."


def pressed(page: AppTest, label: str) -> None:
    next(button for button in page.button if button.label == label).click().run()


def test_a_person_is_erased_after_a_look_and_a_word(finished: Workspace) -> None:
    project = finished.project("customers")
    data = project.results.data()
    assert data
    page = open_page("activity", project="customers")
    page.selectbox(key="erase-column").set_value("customer_id")
    page.text_input(key="erase-value").set_value("C000007")
    pressed(page, "See what would be erased")
    assert any("1 row of the newest data" in info.value for info in page.info)
    assert any("1 training (version 1) learned from them" in info.value for info in page.info)
    pressed(page, "Erase for good")
    assert any("not confirmed" in card for card in cards(page))
    page.text_input(key="erase-sure").set_value("ERASE")
    pressed(page, "Erase for good")
    assert not cards(page)
    assert any(success.value.startswith("Erased: 1 row in") for success in page.success)
    after = project.results.data()
    assert after
    assert after.rows == data.rows - 1
    monitor = open_page("monitor", project="customers")
    assert any("erased since" in warning.value for warning in monitor.warning)
    assert any("Requests are kept 90 days" in caption.value for caption in monitor.caption)


def test_an_erasure_for_nobody_says_to_check_the_spelling(finished: Workspace) -> None:
    page = open_page("activity", project="customers")
    page.selectbox(key="erase-column").set_value("customer_id")
    page.text_input(key="erase-value").set_value("C00007 ")
    pressed(page, "See what would be erased")
    assert any("Nobody was found" in warning.value for warning in page.warning)
    assert not any("learned from them" in info.value for info in page.info)
