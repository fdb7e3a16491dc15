from page_cases import cards, open_page, texts

from mll_core.workspace import Workspace


def test_every_column_has_a_card_and_every_finding_its_light(finished: Workspace) -> None:
    page = open_page("collect", project="customers")
    names = [metric.label.replace("\\", "") for metric in page.metric]
    assert names == ["customer_id", "calls", "fee", "plan", "gender", "left"]
    assert "to check" in texts(page)


def test_a_taken_fix_says_so_instead_of_offering_it_again(finished: Workspace) -> None:
    page = open_page("collect", project="customers")
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
    assert "queued" in texts(page)
