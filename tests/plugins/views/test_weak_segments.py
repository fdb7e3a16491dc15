import numpy as np
from seats import saying, seat

from mll_core.domain.document import Values
from mll_core.domain.task import Predictions, Task
from mll_core.plugins.views.weak_segments import WeakSegments

VALUES = Values(true_positive=90, false_positive=-10, false_negative=-40)


def test_a_planted_weak_segment_is_found_and_told_in_money() -> None:
    seen = seat(Task.BINARY, values=VALUES)
    cases, city = seen.cases("held"), seen.column("city", "held").to_numpy()
    assert cases is not None
    draw = np.random.default_rng(0)
    right = draw.random(cases.n) < np.where(city == "Bergen", 0.5, 0.9)
    label = np.where(right, cases.truth, 1 - cases.truth)
    planted = Predictions(cases.truth, cases.score, label, cases.classes)
    sheet = WeakSegments().look(saying(seen, planted, "held"))
    assert sheet.findings[0].sentence.startswith("Where city is Bergen")
    assert "EUR lost instead of" in sheet.findings[0].sentence
    assert sheet.behind[0].on == "held"
    rows = seen.rows(np.array(sheet.behind[0].places), "held")
    assert set(rows["city"]) == {"Bergen"}


def test_errors_at_random_give_none() -> None:
    seen = seat(Task.BINARY)
    cases = seen.cases("held")
    assert cases is not None
    wrong = np.random.default_rng(4).random(cases.n) < 0.2
    label = np.where(wrong, 1 - cases.truth, cases.truth)
    noise = Predictions(cases.truth, cases.score, label, cases.classes)
    sheet = WeakSegments().look(saying(seen, noise, "held"))
    assert not sheet.findings
    assert sheet.sentences[0].startswith("No weak segment is confirmed")
    assert "about 4 times in 5 when it is worse by" in sheet.sentences[1]
    assert "points; a smaller difference" in sheet.sentences[1]
