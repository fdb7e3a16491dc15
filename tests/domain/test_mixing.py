"""A step that could look over the split is refused before anything runs, with the reason."""

from typing import Any, ClassVar, Literal

import ibis.expr.types as ir
import pytest

from mll_core.catalog import STEPS
from mll_core.domain.errors import InvalidParameter
from mll_core.domain.mixing import chosen_apart
from mll_core.domain.recipe import Recipe
from mll_core.domain.split_section import SplitSection
from mll_core.domain.step import Across, Learned, Rows, Step
from mll_core.infra.beside import Deciding
from mll_core.stages import prepare


class Look(Step):
    """Looks at other rows. Learned: nothing."""

    label: ClassVar[str] = "Look"
    rows: ClassVar[Rows] = "window"
    kind: Literal["look"] = "look"
    reach: Across

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        return table

    def sentence(self) -> str:
        return "Look."

    def across(self) -> Across:
        return self.reach


class Choose(Look):
    """Drops rows by other rows. Learned: nothing."""

    rows: ClassVar[Rows] = "drop"
    kind: Literal["choose"] = "choose"  # type: ignore[assignment]


BACK = Look(reach=Across(by=("who",), time="day"))
AHEAD = Look(reach=Across(by=("who",), time="day", ahead=True))
ANY = Look(reach=Across(time="day", ahead=True))
RANDOM, TIME = {"kind": "random"}, {"time_column": "day"}
OTHER, GROUP = {"time_column": "sent"}, {"group_column": "who"}


def refused(*steps: Step, **section: Any) -> InvalidParameter | None:
    """Why the split refuses, or None."""
    try:
        prepare.refuse_mixing(Recipe(steps=steps), SplitSection(**section))
    except InvalidParameter as error:
        return error
    return None


@pytest.mark.parametrize(("step", "section"), [(BACK, TIME), (BACK, GROUP), (AHEAD, GROUP)])
def test_looking_back_by_the_time_of_the_split_or_within_its_group_is_fine(
    step: Step, section: dict[str, Any]
) -> None:
    assert refused(step, **section) is None


def test_looking_ahead_with_a_split_by_time_is_the_future() -> None:
    error = refused(AHEAD, **TIME)
    assert str(error) == (
        "steps.0.look: this step looks at later rows. "
        "Tested are the newest rows by 'day': to the others they are the future."
    )
    assert error is not None
    assert error.hint == "Look back instead, or split by group on 'who'."


def test_another_time_than_that_of_the_split_is_refused() -> None:
    error = refused(BACK, **OTHER)
    assert "looks back by 'day'. Tested are the newest rows by 'sent'" in str(error)
    assert error is not None
    assert error.hint.startswith("Let it look back by 'sent', or split by time on 'day'")


@pytest.mark.parametrize("section", [RANDOM, {"kind": "stratified"}, {}])
def test_rows_drawn_by_chance_are_held_out_anywhere(section: dict[str, Any]) -> None:
    error = refused(BACK, **section)
    assert "looks at other rows" in str(error)
    assert error is not None
    assert error.hint == "Split by time on 'day', or split by group on 'who'."
    nowhere = refused(Look(reach=Across()), **section)
    assert nowhere is not None
    assert nowhere.hint == "Remove the step."


def test_rows_of_one_moment_are_never_parted_by_a_split_by_time() -> None:
    assert refused(Look(reach=Across(by=("day", "who"))), **TIME) is None
    assert refused(ANY, **TIME) is not None


def test_rows_of_one_time_or_one_group_may_be_in_neither_part() -> None:
    both = {"time_column": "day", "group_column": "who"}
    for by in (("day",), ("who",)):
        assert parted_before(Choose(reach=Across(by=by)), **both) == 0
    assert parted_before(Choose(reach=Across(by=("day", "who"))), **both) is None
    assert refused(AHEAD, **both) is None  # no row of a tested group is learned from


def test_a_step_that_is_off_or_mixes_nothing_is_not_refused() -> None:
    off = AHEAD.model_copy(update={"enabled": False})
    assert refused(off, **RANDOM) is None


def parted_before(*steps: Step, **section: Any) -> int | None:
    """Before which step that runs rows are parted."""
    return chosen_apart(Recipe(steps=steps), Deciding.asked(SplitSection(**section)).parting)


def test_rows_are_parted_before_a_step_that_could_choose_by_rows_of_another_part() -> None:
    choose = Choose(reach=Across(by=("key",)))
    for section in (TIME, GROUP, RANDOM, {"part_column": "part"}):
        assert refused(choose, **section) is None
        assert parted_before(choose, **section) == 0
    assert refused(choose, BACK, **TIME) is None  # it looks back at rows that were chosen apart
    assert refused(BACK, choose, **TIME) is None
    assert parted_before(BACK, choose, **TIME) == 1
    off = choose.model_copy(update={"enabled": False})
    assert parted_before(off, BACK, choose, choose, **TIME) == 1


def test_rows_are_chosen_before_they_are_parted_where_no_other_part_can_be_reached() -> None:
    same = Choose(reach=Across(by=("key", "who")))
    assert parted_before(same, **GROUP) is None
    assert parted_before(same, **TIME) == 0
    newest = STEPS["keep_period"].of(column="day", start=None, newest_days=3)
    assert parted_before(newest, **TIME) is None
    assert parted_before(newest, **OTHER) == 0
    copies, keys = STEPS["drop_duplicates"].of(), STEPS["drop_duplicates"].of(columns=("key",))
    for section in (TIME, GROUP, {"part_column": "part"}):
        assert parted_before(copies, **section) is None
        assert parted_before(keys, **section) == 0
    assert parted_before(copies, **RANDOM) == parted_before(keys, **RANDOM) == 0


def test_the_newest_rows_are_looked_for_before_others_are_dropped() -> None:
    newest = STEPS["keep_period"].of(column="day", start=None, newest_days=3)
    for first in (
        STEPS["keep_period"].of(column="day"),
        STEPS["drop_duplicates"].of(),
        STEPS["drop_duplicates"].of(columns=("day", "key")),
    ):
        assert refused(first, newest, **TIME) is None
    error = refused(STEPS["filter_rows"].of(formula="paid > 0"), newest, **TIME)
    assert str(error) == (
        "steps.1.keep_period: it looks for the newest of all rows, and step 1, filter_rows, may "
        "drop those by what else they say: tested rows would decide which others stay."
    )
    assert error is not None
    assert error.hint == "Move it above step 1."
    assert refused(newest, STEPS["filter_rows"].of(formula="paid > 0"), **TIME) is None


def test_behind_a_step_that_chooses_within_a_part_nothing_is_brought_in_from_outside() -> None:
    choose = Choose(reach=Across())
    more = STEPS["append_table"].of(source="more.csv")
    assert refused(more, choose, **RANDOM) is None
    error = refused(choose, more, **RANDOM)
    assert str(error) == (
        "steps.1.append_table: it brings in rows that are in no part, but rows are parted before "
        "step 1, choose, so that tested rows do not decide which others stay."
    )
    assert error is not None
    assert error.hint == "Move it above step 1."


ONE_EACH = {"by": ("who",), "columns": ("paid",)}
SUM = STEPS["aggregate_rows"].of(**ONE_EACH)
LOWER = STEPS["change_case"].of(column="who")
TWICE = STEPS["drop_duplicates"]


def test_of_the_rows_that_go_into_one_row_the_choice_is_made_within_it() -> None:
    assert refused(TWICE.of(columns=("who", "day")), SUM, **RANDOM) is None
    assert refused(TWICE.of(), SUM, **RANDOM) is None  # the same row, whichever of them stays
    assert refused(SUM, TWICE.of(columns=("rows",)), **RANDOM) is None
    error = refused(TWICE.of(columns=("key",)), SUM, **RANDOM)
    assert "which rows it drops depends on other rows" in str(error)
    assert error is not None
    assert error.hint == "Let it compare 'who' as well, or move it below aggregate_rows."
    assert refused(TWICE.of(columns=("who", "day")), LOWER, SUM, **RANDOM) is not None
    assert refused(STEPS["sample_rows"].of(), SUM, **RANDOM) is not None


def test_rows_put_together_must_agree_in_what_was_looked_back_by() -> None:
    assert refused(BACK, STEPS["aggregate_rows"].of(by=("day",)), **TIME) is None
    error = refused(BACK, SUM, **TIME)
    assert "makes one row of several that differ in 'day'" in str(error)
    assert error is not None
    assert error.hint == "Make one row per 'day' as well."
    assert refused(BACK, SUM, **GROUP) is None


EXPLODE = STEPS["explode_list"].of(column="tags")
UNPIVOT = STEPS["unpivot_columns"].of(columns=["jan", "feb"])


@pytest.mark.parametrize("step", [EXPLODE, UNPIVOT])
@pytest.mark.parametrize("section", [RANDOM, {"kind": "stratified"}, {}])
def test_rows_made_of_one_row_must_not_be_drawn_apart(step: Step, section: dict[str, Any]) -> None:
    error = refused(step, **section)
    assert "makes several rows of one" in str(error)
    assert error is not None
    assert "Split by group on a key column" in error.hint
    assert refused(step.model_copy(update={"enabled": False}), **section) is None


@pytest.mark.parametrize("section", [TIME, GROUP, {"part_column": "part"}])
def test_rows_made_of_one_row_agree_in_what_else_they_hold(section: dict[str, Any]) -> None:
    assert refused(EXPLODE, **section) is None
    assert refused(UNPIVOT, **section) is None


def test_a_group_that_is_made_for_each_of_the_rows_keeps_none_together() -> None:
    assert refused(EXPLODE, group_column="tags") is not None
    assert refused(UNPIVOT, group_column="name") is not None
