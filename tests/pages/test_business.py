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
    next(b for b in page.button if b.label == "Add a criterion").click().run()
    (criterion,) = project.document.brief.criteria
    assert (criterion.metric, criterion.at_least) == ("recall", 0.6)
    assert "recall at least 0.6 on the test rows." in texts(page)
    page.button(key="brief.criteria-remove-0").click().run()
    assert not project.document.brief.criteria


def test_a_criterion_without_a_bound_is_a_card_and_changes_nothing(finished: Workspace) -> None:
    page = open_page("business", project="customers")
    next(b for b in page.button if b.label == "Add a criterion").click().run()
    (card,) = cards(page)
    assert "“Name of a metric”" in card or "The value must be at least this" in card
    assert "Criterion" not in card
    assert "Value error" not in card
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


def test_a_criterion_without_a_bound_is_told_by_the_labels_on_the_form(
    finished: Workspace,
) -> None:
    page = open_page("business", project="customers")
    page.selectbox(key="brief.criteria-0-Criterion.metric").set_value("recall")
    next(b for b in page.button if b.label == "Add a criterion").click().run()
    (card,) = cards(page)
    assert "Give “The value must be at least this” or “The value must be at most this”" in card
    assert "{" not in card


def test_the_group_of_a_criterion_is_kept(finished: Workspace) -> None:
    page = open_page("business", project="customers")
    keys = "brief.criteria-0-Criterion."
    page.selectbox(key=f"{keys}metric").set_value("recall")
    page.number_input(key=f"{keys}at_least").set_value(0.5)
    page.selectbox(key=f"{keys}group").set_value("gender")
    next(b for b in page.button if b.label == "Add a criterion").click().run()
    (criterion,) = finished.project("customers").document.brief.criteria
    assert criterion.group == "gender"


def test_the_worth_of_decisions_names_the_classes_and_leaves_out_what_is_for_numbers(
    finished: Workspace,
) -> None:
    page = open_page("business", project="customers")
    assert "Answered yes, truly no" in texts(page).replace("*", "")
    assert not [field for field in page.number_input if "For numbers" in field.label]
    page.number_input(key="customers/brief.values.false_positive").set_value(-3.0).run()
    assert finished.project("customers").document.brief.values.false_positive == -3


def test_a_brief_that_says_it_all_is_not_said_to_be_open(empty: Workspace) -> None:
    project = empty.create_project("New", str(projects.csv(empty.home)))
    assert "say what is asked and which column answers it" in texts(
        open_page("business", project="new")
    )
    project.edit("brief.question", "Who leaves?")
    assert "Still open here: say which column" in texts(open_page("business", project="new"))
    project.edit("brief.target", "left")
    assert "Still open" not in texts(open_page("business", project="new"))
