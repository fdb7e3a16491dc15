import projects
from page_cases import cards, open_page, texts

from data.gallery import SAMPLES
from mll_core import demo
from mll_core.infra import locks
from mll_core.workspace import Workspace


def test_an_empty_workspace_offers_own_data_and_samples(empty: Workspace) -> None:
    page = open_page("home")
    assert not cards(page)
    assert page.title[0].value == "Machine Learning Workbench"
    for sample in SAMPLES.values():
        assert sample.title in texts(page)


def test_the_bare_address_is_home_until_there_is_a_story_to_tell(empty: Workspace) -> None:
    assert open_page("").title[0].value == "Machine Learning Workbench"


def test_the_bare_address_tells_the_story_of_a_finished_project(finished: Workspace) -> None:
    assert open_page("").title[0].value == "Who will leave?"


def test_a_project_is_made_from_an_uploaded_file(empty: Workspace) -> None:
    page = open_page("home")
    file = projects.csv(empty.home)
    page.file_uploader(key="home-file").upload(file.name, file.read_bytes(), "text/csv").run()
    page.button(key="home-create").click().run()
    assert not cards(page)
    assert page.title[0].value == "Ask the right question"
    (summary,) = empty.projects()
    project = empty.project(summary.slug)
    assert project.results.data().rows == 400
    assert project.document.data.source.startswith(str(empty.home / "uploads"))


def test_a_file_that_is_not_there_is_a_card_and_leaves_nothing(empty: Workspace) -> None:
    page = open_page("home")
    page.text_input(key="home-path").set_value("/no/such.csv").run()
    page.button(key="home-create").click().run()
    (card,) = cards(page)
    assert "such.csv" in card
    assert "What to do" in card
    assert not empty.projects()


def test_a_finished_project_is_listed_and_opens_at_its_story(finished: Workspace) -> None:
    page = open_page("home")
    assert "of 7 stages done" in texts(page)
    page.button(key="open-customers").click().run()
    assert page.title[0].value == "Who will leave?"


def test_a_project_with_work_in_line_says_what_is_under_way(finished: Workspace) -> None:
    assert "in progress" not in texts(open_page("home"))
    finished.project("customers").submit("run", until="train")
    assert "Running the project" in texts(open_page("home"))


def test_the_demo_says_that_it_is_being_built_for_as_long_as_it_is(empty: Workspace) -> None:
    assert "being built" not in texts(open_page("home"))
    with locks.held(empty.home / demo.LOCK, what="The demo"):
        assert "The demo project is being built" in texts(open_page("home"))
        empty.create_project(demo.NAME, str(projects.csv(empty.home)))
        assert "This project is being built right now." in texts(open_page("home"))
    assert "being built" not in texts(open_page("home"))
