from page_cases import cards, open_page, texts

from mll_core.workspace import Workspace


def test_a_case_file_is_read_and_decided_on_the_page(finished: Workspace) -> None:
    project = finished.project("customers")
    page = open_page("prepare", project="customers", prepare="Leaks")
    page.button(key="leaks-look").click().run()
    assert project.jobs(1)[0].kind == "leaks"
    finished.jobs.stop(project.jobs(1)[0].id)
    project.worth.check_leaks(["fee"])
    page = open_page("prepare", project="customers", prepare="Leaks")
    assert "By itself it predicts 'left' with ROC AUC" in texts(page)
    page.radio(key="leak-fee-known").set_value("after")
    page.radio(key="leak-fee-decision").set_value("leave out")
    page.text_input(key="leak-fee-why").set_value("billed at the end")
    next(b for b in page.button if b.label == "Decide").click().run()
    assert not cards(page)
    assert "fee" in project.document.prepare.excluded
    assert "known only after the decision: billed at the end" in texts(page)


def test_the_worth_of_a_step_stands_under_it_and_the_null_run_on_its_tab(
    finished: Workspace,
) -> None:
    project = finished.project("customers")
    project.edit("prepare.steps", [{"kind": "derive_column", "to": "double", "formula": "fee * 2"}])
    project.worth.weigh_steps()
    project.worth.shuffle(3)
    page = open_page("prepare", project="customers")
    assert not cards(page)
    assert "Changes 320 cells, of 320 rows." in texts(page)
    page = open_page("prepare", project="customers", prepare="Leaks")
    assert "No leak in the pipeline was found" in texts(page)
    project.recipe.note(0, enabled=False)
    page = open_page("prepare", project="customers")
    assert "320 cells" not in texts(page)
