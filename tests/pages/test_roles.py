import pytest
from page_cases import cards, open_page, texts
from streamlit.testing.v1 import AppTest

from mll_core.domain.errors import Forbidden
from mll_core.domain.identity import EVERYWHERE, Role
from mll_core.workspace import Workspace
from pages._ui import session

PASSWORD = "seven small wooden boats"


@pytest.fixture
def people(finished: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Where people sign in, with one for each role."""
    monkeypatch.setenv("MLL_AUTH", "local")
    finished.setting_up.admin(finished.setting_up.token(), "root", PASSWORD)
    for name, role in (("vera", Role.VIEWER), ("ana", Role.ANALYST), ("boris", Role.APPROVER)):
        finished.accounts.create(name, PASSWORD)
        finished.members.give(name, role, "customers")
    finished.accounts.create("nobody", PASSWORD)
    return finished


def page_of(
    people: Workspace, name: str, page: str, monkeypatch: pytest.MonkeyPatch, **query: str
) -> AppTest:
    """A page as somebody sees it; the browser brings the cookie of their session."""
    token = people.accounts.open_session(people.accounts.verify(name, PASSWORD))
    monkeypatch.setattr(session, "token", lambda: token)
    return open_page(page, project="customers", **query)


def button(page: AppTest, label: str) -> bool | None:
    """Whether a button can be pressed; None when it is not there."""
    return next((not b.disabled for b in page.button if b.label == label), None)


def test_a_viewer_looks_and_is_told_what_would_need_more(
    people: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_of(people, "vera", "train", monkeypatch)
    assert "Your role here is viewer; this needs analyst." in texts(page)
    assert "viewer: may look" in texts(page)
    assert button(page, "Train again") is False
    assert button(page, "Sign out") is True
    assert not cards(page)


def test_an_analyst_runs_and_an_approver_goes_back(
    people: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_of(people, "ana", "train", monkeypatch)
    assert button(page, "Train again") is True
    assert "this needs" not in texts(page)
    page = page_of(people, "ana", "deploy", monkeypatch)
    assert "Your role here is analyst; this needs approver." in texts(page)
    page = page_of(people, "boris", "deploy", monkeypatch)
    assert "this needs" not in texts(page)


def test_the_engine_refuses_what_a_page_let_through_on_a_calm_card(
    people: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_of(people, "ana", "train", monkeypatch)
    people.members.give("ana", Role.VIEWER, "customers")  # while the page is open
    next(b for b in page.button if b.label == "Train again").click().run()
    assert "may not" in cards(page)[0]
    assert not page.exception


def test_who_has_no_role_sees_no_project(
    people: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_of(people, "nobody", "deploy", monkeypatch)
    seen = texts(page) + " ".join(cards(page))
    assert "Customers" not in seen
    assert "There is no project" in seen
    assert "Ask an admin to give you a role in it" in seen
    assert "Choose from" not in seen


def test_a_viewer_sees_no_personal_value_on_any_page(
    people: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = people.project("customers")
    plans = {"Basic", "Gold", "Flex"}
    project.edit("prepare.steps", [{"kind": "change_case", "column": "plan", "case": "upper"}])
    project.edit("data.personal", ["plan"])
    seen = {name: page_of(people, "vera", name, monkeypatch) for name in ("prepare", "evaluate")}
    frames = [frame.value for page in seen.values() for frame in page.dataframe]
    shown = [frame["plan"] for frame in frames if "plan" in frame]
    assert shown
    assert {str(value) for column in shown for value in column} == {"hidden"}
    assert not [code for code in seen["prepare"].code if "SELECT" in str(code.value)]
    deploy = page_of(people, "vera", "deploy", monkeypatch)
    told = texts(deploy) + "".join(str(one.value) for one in (*deploy.code, *deploy.json))
    assert "customer" not in cards(deploy)
    assert not [plan for plan in plans if plan in told]
    page = page_of(people, "ana", "evaluate", monkeypatch)
    assert plans & {str(v) for f in page.dataframe for v in f.value.to_numpy().ravel()}


@pytest.mark.parametrize("tab", ["Split", "Left out"])
def test_a_viewer_finds_every_setting_greyed_out(
    people: Workspace, monkeypatch: pytest.MonkeyPatch, tab: str
) -> None:
    page = page_of(people, "vera", "prepare", monkeypatch, prepare=tab)
    assert not cards(page)
    boxes = [*page.main.selectbox, *page.main.number_input, *page.main.text_input]
    assert [str(box.key) for box in boxes if not box.disabled] == []
    mine = page_of(people, "ana", "prepare", monkeypatch, prepare=tab)
    assert [box for box in (*mine.main.selectbox, *mine.main.text_input) if not box.disabled]


REFUSING = {
    "prepare": ["recipe-undo", "step-menu-0", "step-up-0", "step-down-0"],
    "collect": ["fix-data-0", "ingest"],
}


@pytest.mark.parametrize("where", REFUSING)
def test_a_viewer_is_offered_nothing_that_can_only_refuse(
    people: Workspace, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    step = {"kind": "change_case", "column": "plan", "case": "upper"}
    people.project("customers").edit("prepare.steps", [step, {**step, "case": "lower"}])
    page = page_of(people, "vera", where, monkeypatch)
    assert not cards(page)
    pressable = [button.key for button in page.button if not button.disabled]
    assert not [key for key in pressable if str(key).startswith(tuple(REFUSING[where]))]
    assert not [box for box in page.selectbox if box.key == "step-kind"]
    mine = page_of(people, "ana", where, monkeypatch)
    assert [
        button for button in mine.button if button.key in REFUSING[where] and not button.disabled
    ]


def test_who_cannot_start_a_project_reads_why_and_who_can_is_offered_it(
    people: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_of(people, "ana", "home", monkeypatch)
    assert "you need the role analyst in all projects; yours in all projects is none" in texts(page)
    assert button(page, "Create the project") is None
    assert button(page, "Use it") is None
    assert button(page_of(people, "root", "home", monkeypatch), "Use it") is True


def test_whoever_knows_their_password_gives_themselves_a_new_one(
    people: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = "nine red lanterns at sea"

    def change(old: str, again: str) -> AppTest:
        page = page_of(people, "vera", "train", monkeypatch)
        for key, value in (("old", old), ("new", new), ("again", again)):
            page.text_input(key=f"own-{key}").set_value(value)
        return next(b for b in page.button if b.label == "Change it").click().run()

    assert "differ" in cards(change(PASSWORD, "another"))[0]
    assert "wrong" in cards(change("not mine at all", new))[0]
    change(PASSWORD, new)
    assert people.accounts.verify("vera", new).name == "vera"
    with pytest.raises(Forbidden):
        people.accounts.verify("vera", PASSWORD)


def test_people_is_for_admins_only(people: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    page = page_of(people, "root", "people", monkeypatch)
    assert page.title[0].value == "People"
    assert "approver in customers: may look, change, run and approve" in texts(page)
    next(b for b in page.button if b.key == "take-boris-customers").click().run()
    assert not cards(page)
    assert [m.account for m in people.members.all("customers")] == ["ana", "vera"]
    next(b for b in page.button if b.key == f"take-root-{EVERYWHERE}").click().run()
    assert "last admin" in cards(page)[0]
    page = page_of(people, "ana", "people", monkeypatch)
    assert "People" not in [title.value for title in page.title]


def test_where_nobody_signs_in_there_is_no_account_and_no_people(finished: Workspace) -> None:
    page = open_page("home", project="customers")
    assert button(page, "Sign out") is None
    assert "People" not in texts(page)
