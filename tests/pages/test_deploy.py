from page_cases import cards, open_page, texts

from mll_core.workspace import Workspace


def test_the_champion_has_an_address_and_a_form_that_really_asks_it(finished: Workspace) -> None:
    page = open_page("deploy", project="customers")
    assert "/v1/customers/predict" in texts(page)
    assert "curl -X POST" in page.code[0].value
    page.number_input(key="try-calls").set_value(9.0)
    next(b for b in page.button if b.label == "Ask the model").click().run()
    assert not cards(page)
    answer = next(metric for metric in page.metric if metric.label == "left")
    record = {"calls": 9.0, "fee": page.number_input(key="try-fee").value}
    record |= {name: page.selectbox(key=f"try-{name}").value for name in ("plan", "gender")}
    (asked,) = finished.project("customers").deployment.predict([record])
    assert answer.value == asked.prediction


def test_a_candidate_is_approved_then_promoted_and_rolled_back(finished: Workspace) -> None:
    project = finished.project("customers")
    project.edit("train.seed", 5)
    project.run("evaluate")
    page = open_page("deploy", project="customers")
    page.text_input(key="approve-role").set_value("Head of service")
    page.text_input(key="approve-note").set_value("seen")
    next(b for b in page.button if b.label == "Approve").click().run()
    assert not cards(page)
    page.button(key="promote").click().run()
    assert project.champion().number == 2
    page.button(key="rollback").click().run()
    assert not cards(page)
    assert project.champion().number == 1


def test_an_approval_without_a_role_is_a_card_and_approves_nothing(finished: Workspace) -> None:
    project = finished.project("customers")
    project.edit("train.seed", 5)
    project.run("evaluate")
    page = open_page("deploy", project="customers")
    next(b for b in page.button if b.label == "Approve").click().run()
    (card,) = cards(page)
    assert "name and a role" in card
    assert not project.deployment.candidate().approvals


def test_going_back_is_offered_once_there_was_a_champion_before(finished: Workspace) -> None:
    page = open_page("deploy", project="customers")
    assert page.button(key="rollback").disabled
    assert "only one version has ever answered" in texts(page)
