from page_cases import cards, open_page, texts

from mll_core.workspace import Workspace


def test_what_can_be_asked_is_shown_with_a_question_to_start_with(finished: Workspace) -> None:
    page = open_page("query", project="customers")
    assert not cards(page)
    assert page.text_area[0].value.startswith("SELECT *\nFROM raw")
    assert "The 80 rows sealed for the test are in no table" in texts(page)
    assert [len(one.value) for one in page.dataframe[:2]] == [6, 6]


def test_a_question_is_answered_and_stands_in_the_log(finished: Workspace) -> None:
    page = open_page("query", project="customers")
    page.button(key="query-run").click().run()
    assert "20 rows" in texts(page)
    page.text_area[0].set_value('SELECT "left", count(*) FROM raw GROUP BY ALL').run()
    page.button(key="query-run").click().run()
    assert not cards(page)
    assert "2 rows" in texts(page)
    assert page.expander[-1].label == "Asked before (2)"


def test_an_example_is_taken_by_a_click(finished: Workspace) -> None:
    page = open_page("query", project="customers")
    (button,) = [one for one in page.button if one.label == "By target"]
    button.click().run()
    assert "GROUP BY ALL" in page.text_area[0].value
    page.button(key="query-run").click().run()
    assert not cards(page)


def test_a_refusal_is_a_card_and_the_question_stays(finished: Workspace) -> None:
    page = open_page("query", project="customers")
    page.text_area[0].set_value("FROM read_text('/etc/passwd')").run()
    page.button(key="query-run").click().run()
    (card,) = cards(page)
    assert "This console can read only the project's tables." in card
    assert page.text_area[0].value == "FROM read_text('/etc/passwd')"
