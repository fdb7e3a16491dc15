import pytest
from page_cases import cards, open_page, texts
from read_only import read_only

from mll_core.infra import room
from mll_core.workspace import Workspace
from pages._ui import questions


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


def test_a_mistake_takes_the_old_answer_away_and_is_no_entry_of_the_error_log(
    finished: Workspace,
) -> None:
    page = open_page("query", project="customers")
    page.button(key="query-run").click().run()
    assert "20 rows" in texts(page)
    page.text_area[0].set_value("SELEC 1").run()
    page.button(key="query-run").click().run()
    (card,) = cards(page)
    assert "near 'SELEC'" in card
    assert "20 rows" not in texts(page)
    assert not any(caption.value.startswith("Error ") for caption in page.caption)


def test_where_nothing_can_be_written_all_is_shown_and_no_button_writes(
    finished: Workspace,
) -> None:
    open_page("query", project="customers")  # the tables are made
    with read_only(finished.home):
        room.forget()
        page = open_page("query", project="customers")
        assert not cards(page)
        assert [len(one.value) for one in page.dataframe[:2]] == [6, 6]
        assert page.button(key="query-run").disabled
        assert any("can look at everything" in warning.value for warning in page.warning)
        page = open_page("prepare", project="customers")
        assert not cards(page)
        assert all(b.disabled for b in page.button if str(b.key).startswith(("step-", "recipe-")))
        page = open_page("prepare", project="customers", prepare="Split")
        assert not cards(page)
        assert page.button(key="split").disabled
        assert all(field.disabled for field in page.number_input if "split." in str(field.key))
    room.forget()
    assert not open_page("query", project="customers").button(key="query-run").disabled


@pytest.mark.parametrize(
    ("dtype", "words"),
    [
        ("BIGINT", "whole numbers"),
        ("DECIMAL(9,2)", "numbers"),
        ("VARCHAR", "text"),
        ("TIMESTAMP WITH TIME ZONE", "dates with a time"),
        ("INTEGER[]", "lists"),
        ("STRUCT(a INTEGER)", "other values"),
    ],
)
def test_a_column_is_described_in_words(dtype: str, words: str) -> None:
    assert questions.holds(dtype) == words
