from page_cases import texts
from streamlit.testing.v1 import AppTest

from mll_core.domain.inside import Condition, Curve, Inside, Node, Points, Rule

SMALL = Condition(column="age", at_most=30)
TREE = Inside(
    nodes=(
        Node(parent=-1, yes=True, x=0.5, y=0, question="age <b>?", answer=0.5, said="", rows=9,
             leaf=False),
        Node(parent=0, yes=True, x=0, y=1, answer=0.1, said="stays 90 %", rows=5, leaf=True),
        Node(parent=0, yes=False, x=1, y=1, answer=0.9, said="leaves 90 %", rows=4, leaf=True),
    ),
    rules=(Rule(conditions=(SMALL,), answer=0.1, said="stays 90 %", rows=5),),
)  # fmt: skip
CURVES = Inside(
    curves=(
        Curve(column="age", at=(1.0, 2.0), effect=(-1.0, 1.0)),
        Curve(column="plan", at=("a", "b"), effect=(0.5, -0.5)),
    ),
    unit="log-odds",
    pairs=(("age", "plan"),),
    calibrated=True,
)
CARD = Inside(start=420, points=(Points(column="age", range="at most 30", points=17),))


def drawn(inside: Inside) -> AppTest:
    def page(given: dict) -> None:
        from mll_core.domain.inside import Inside
        from pages._ui import inside

        inside.draw(Inside(**given), key="it")

    return AppTest.from_function(page, args=(inside.to_json(),)).run()


def test_a_tree_is_drawn_and_read_aloud() -> None:
    page = drawn(TREE)
    assert not page.exception
    assert "If age is at most 30: stays 90 %." in texts(page)


def test_curves_say_what_acts_together_and_that_they_are_calibrated() -> None:
    page = drawn(CURVES)
    assert not page.exception
    assert "age with plan" in page.markdown[0].value
    assert "put right" in page.caption[0].value


def test_points_are_a_table_with_a_start() -> None:
    page = drawn(CARD)
    assert "420" in page.markdown[0].value
    assert page.dataframe[0].value["Points"].tolist() == [17]
