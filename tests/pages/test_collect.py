import pandas as pd
import projects
from page_cases import cards, open_page, texts

from mll_core.workspace import Workspace
from pages._ui import findings, words


def test_every_column_has_a_card_and_every_finding_its_light(finished: Workspace) -> None:
    page = open_page("collect", project="customers")
    names = [metric.label.replace("\\", "") for metric in page.metric]
    assert names == ["customer_id", "calls", "fee", "plan", "gender", "left"]
    assert "to check" in texts(page)


def test_a_fix_is_taken_by_its_button_and_then_says_so(empty: Workspace) -> None:
    frame = projects.customers()
    path = empty.home / "twice.csv"
    pd.concat([frame, frame.iloc[:15]]).to_csv(path, index=False)
    project = empty.create_project("Twice", str(path))
    project.edit("prepare.steps", [])
    page = open_page("collect", project="twice")
    assert "we did" not in texts(page)
    next(button for button in page.button if "repeated" in button.label).click().run()
    assert not cards(page)
    assert [step.kind for step in project.document.prepare.steps] == ["drop_duplicates"]
    assert "we did" in texts(page)


def test_the_first_rows_are_shown_and_no_more_than_a_thousand(finished: Workspace) -> None:
    page = open_page("collect", project="customers")
    (frame,) = [f.value for f in page.dataframe if "customer_id" in f.value]
    assert len(frame) == 400


def test_a_source_that_is_not_there_is_kept_as_typed_and_told_when_read(
    finished: Workspace,
) -> None:
    page = open_page("collect", project="customers")
    page.text_input(key="customers/data.source").set_value("/no/such.csv").run()
    assert not cards(page)
    page.button(key="ingest").click().run()
    (job, *_) = finished.project("customers").jobs()
    assert (job.kind, job.parameters) == ("run", {"until": "collect"})
    assert "Running the project" in texts(page)
    assert "in line" in texts(page)


def test_what_was_treated_is_not_counted_as_open(empty: Workspace) -> None:
    frame = projects.customers()
    path = empty.home / "twice.csv"
    pd.concat([frame, frame.iloc[:15]]).to_csv(path, index=False)
    project = empty.create_project("Twice", str(path))
    treated = [f for f in project.results.findings() if f.fix and findings.taken(project, f.fix)]
    assert treated
    assert f", {len(treated)} treated" in texts(open_page("collect", project="twice"))


def test_a_column_named_like_an_address_is_no_link() -> None:
    for name in ("https://evil.example/x", "www.evil.example", "a@evil.example"):
        assert words.JOINER in words.escape(name)
        assert words.escape(name).replace("\\", "").replace(words.JOINER, "") == name
