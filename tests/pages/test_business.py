import projects
from page_cases import cards, open_page, texts

from mll_core.workspace import Workspace


def test_the_target_is_chosen_after_the_columns_are_seen(empty: Workspace) -> None:
    project = empty.create_project("New", str(projects.csv(empty.home)))
    page = open_page("business", project="new")
    target = page.selectbox(key="new/brief.target")
    assert target.value is None
    assert target.options == ["customer_id", "calls", "fee", "plan", "gender", "left"]
    target.set_value("left").run()
    assert project.document.brief.target == "left"
    assert "binary" in texts(page)
    assert page.button(key="first-model")


def test_a_target_that_cannot_be_learned_is_a_card_and_the_choice_is_kept(
    empty: Workspace,
) -> None:
    project = empty.create_project("New", str(projects.csv(empty.home)))
    page = open_page("business", project="new")
    page.selectbox(key="new/brief.target").set_value("customer_id").run()
    (card,) = cards(page)
    assert "'customer_id'" in card
    assert project.document.brief.target == "customer_id"


def test_what_is_typed_is_saved_as_a_version_with_its_author(finished: Workspace) -> None:
    project = finished.project("customers")
    before = project.history.newest().version
    page = open_page("business", project="customers")
    page.text_input(key="customers/brief.decision").set_value("Whom do we call?").run()
    assert project.document.brief.decision == "Whom do we call?"
    assert project.history.newest().version == before + 1


def test_a_criterion_is_added_and_removed(finished: Workspace) -> None:
    project = finished.project("customers")
    page = open_page("business", project="customers")
    page.selectbox(key="brief.criteria-0-Criterion.metric").set_value("recall")
    page.number_input(key="brief.criteria-0-Criterion.at_least").set_value(0.6)
    next(b for b in page.button if b.label == "A criterion: add").click().run()
    (criterion,) = project.document.brief.criteria
    assert (criterion.metric, criterion.at_least) == ("recall", 0.6)
    assert "recall at least 0.6 on the test rows." in texts(page)
    page.button(key="brief.criteria-remove-0").click().run()
    assert not project.document.brief.criteria


def test_a_criterion_without_a_bound_is_a_card_and_changes_nothing(finished: Workspace) -> None:
    page = open_page("business", project="customers")
    next(b for b in page.button if b.label == "A criterion: add").click().run()
    (card,) = cards(page)
    assert "at_least or at_most" in card
    assert not finished.project("customers").document.brief.criteria


def test_criteria_changed_after_the_test_was_opened_are_told(finished: Workspace) -> None:
    added = {"metric": "recall", "at_least": 0.1}
    finished.project("customers").edit("brief.criteria", [added])
    page = open_page("business", project="customers")
    assert any("after the test was opened" in warning.value for warning in page.warning)


def test_an_older_version_is_restored(finished: Workspace) -> None:
    project = finished.project("customers")
    question = project.document.brief.question
    project.edit("brief.question", "Something else?")
    page = open_page("business", project="customers")
    page.button(key="history-restore").click().run()
    assert not cards(page)
    assert project.document.brief.question == question


def test_a_criterion_may_hold_in_every_group_of_any_column_the_protected_ones_first(
    finished: Workspace,
) -> None:
    page = open_page("business", project=finished.projects()[0].slug)
    (box,) = [box for box in page.selectbox if "every group" in box.label]
    assert box.options[0] == "gender"
    assert "plan" in box.options
    labels = [field.label for field in page.text_input]
    assert "Who agrees" in labels
    assert not [label for label in labels if "SignOff" in label]
