from seats import seat

from mll_core.domain.task import Task
from mll_core.plugins.views.robustness import Robustness


def test_the_column_that_matters_hurts_most_and_one_that_says_nothing_does_not() -> None:
    sheet = Robustness().look(seat(Task.REGRESSION))
    assert sheet.sentences[0].startswith("'usage' would hurt most")
    (grid,) = sheet.grids
    falls = {(row[0], row[1]): row[2] for row in grid.rows}
    assert falls["usage", "in another unit"] < falls["usage", "noisy"] < 0
    assert abs(falls["noise", "all missing"]) < abs(falls["usage", "all missing"]) / 5
    assert falls["city", "never seen"] <= 0
    harmed = {what for _, what in falls}
    assert harmed == {
        "all missing", "noisy", "shifted up", "shifted down", "in another unit", "never seen",
    }  # fmt: skip
