from page_cases import cards, open_page, texts

from mll_core.workspace import Workspace


def test_the_whole_table_is_made_named_and_compared(finished: Workspace) -> None:
    project = finished.project("customers")
    page = open_page("prepare", project="customers", prepare="Whole table")
    assert "No table was prepared yet." in texts(page)
    page.button(key="prepare-whole").click().run()
    (job,) = [job for job in project.jobs() if job.kind == "prepare"]
    project.rooms.jobs.stop(job.id)
    project.prepared.make()
    project.edit("prepare.steps", [{"kind": "filter_rows", "formula": "calls < 3"}])
    project.prepared.make()
    page = open_page("prepare", project="customers", prepare="Whole table")
    page.text_input(key="table-name-text").set_value("fewer")
    next(b for b in page.button if b.form_id == "table-name").click().run()
    assert list(project.prepared.names) == ["fewer"]
    page.button(key="table-compare").click().run()
    assert "gone" in texts(page)
    assert not cards(page)
