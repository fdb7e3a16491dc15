import numpy as np
import pandas as pd
from seats import seat

from mll_core.domain.task import Task
from mll_core.infra import response
from mll_core.plugins.views.together import Together


def test_a_planted_pair_is_found_and_columns_that_add_up_are_not() -> None:
    draw = np.random.default_rng(0)
    rows = pd.DataFrame(draw.normal(size=(50, 3)), columns=["a", "b", "c"])

    def score(frame: pd.DataFrame) -> "np.ndarray":
        return (frame["a"] * frame["b"] + 2 * frame["c"]).to_numpy()

    found = response.acting_together(score, rows, ["a", "b", "c"], lambda share: None)
    h = {pair: told for pair, (told, _) in found.items()}
    assert h["a", "b"] > 0.9
    assert h["a", "c"] < 1e-6
    assert h["b", "c"] < 1e-6


def test_a_model_of_lines_has_no_pair_and_its_picture_is_there() -> None:
    sheet = Together().look(seat(Task.BINARY))
    assert sheet.sentences[0].startswith("No two of ")
    (heat,) = sheet.heats
    assert len(heat.z) == len(heat.y)
    assert {len(line) for line in heat.z} == {len(heat.x)}
    assert any(cell is None for line in heat.z for cell in line)
