import pytest

from mll_core.domain import formula
from mll_core.domain.errors import InvalidParameter


def test_the_columns_of_a_formula_are_found_each_once() -> None:
    text = "log(a) if `my col` is not missing and b in (1, 2) else contains(`a``b`, 'x y') + a"
    assert formula.columns(text) == ("a", "my col", "b", "a`b")


def test_text_is_taken_as_it_is_written() -> None:
    assert formula.parse(r'"C:\new `x`"').texts.popitem()[1] == r"C:\new `x`"


@pytest.mark.parametrize("column", ["a", "in come", "a`b", "`", "'", '"', "größe", "\n", "missing"])
def test_any_column_can_be_quoted(column: str) -> None:
    if column == "\n":
        column = "two\nlines"
    assert formula.columns(f"{formula.quoted(column)} + 1") == (column,)


@pytest.mark.parametrize(
    ("text", "position"),
    [("a +", 3), ("  a = 3", 5), ("a.b", 1), ("1 + a[0]", 5), ("lambda: 1", 1), ("'a''b'", 1),
     ("f(x=1)", 1), ("1 + {1}", 5), ("x + ...", 5), ("1 + 2j", 5), ("a // b", 3),
     ("`ü` + __import__('os').x", 7)],
)  # fmt: skip
def test_what_is_not_a_formula_is_refused_with_its_place(text: str, position: int) -> None:
    with pytest.raises(InvalidParameter, match=f"position {position}: "):
        formula.parse(text)


@pytest.mark.parametrize("text", ["", "  ", "\0", "1+" * 500 + "1", "a" * 3000, "(" * 300 + "1"])
def test_empty_broken_and_boundless_formulas_are_refused(text: str) -> None:
    with pytest.raises(InvalidParameter):
        formula.parse(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id +", "position 4: the formula is not finished: something must follow '+'."),
        ("* id", "position 1: something must stand before '*'."),
        ("id + * 2", "position 6: something is missing between '+' and '*'."),
        ("(id + 2", "position 1: '(' is never closed."),
        ("id + 2)", "position 7: ')' closes no bracket that was opened."),
        ("`my id` 2", "position 9: between `my id` and '2' a sign is missing"),
        ("id = 'a'", "position 4: two things are compared with ==."),
        ("id > 1 & id < 3", "position 8: both are asked for with the word and."),
        ("'a", "position 1: this quotation mark opens a text that is never closed."),
        ("`my id", "position 1: this backtick opens a column name that is never closed."),
        ("1 if id > 2", "position 3: after 'if' and its condition comes 'else'"),
        ("id # of rows", "position 4: this sign means nothing in a formula."),
        ("id $ 2", "position 4: from here on the formula cannot be read."),
    ],
)
def test_a_slip_is_said_in_the_words_of_whoever_writes(text: str, said: str) -> None:
    with pytest.raises(InvalidParameter) as caught:
        formula.parse(text)
    assert str(caught.value).startswith(said)
