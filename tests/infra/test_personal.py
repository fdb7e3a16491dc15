import json
from pathlib import Path

import pandas as pd
import pytest

from mll_core.domain.serving import LoggedRequest, Prediction
from mll_core.domain.subject import Subject
from mll_core.infra import subject_log
from mll_core.infra.personal import coded, masked
from mll_core.infra.prediction_log import PredictionLog, new_request_id

RECORDS = (
    {"name": "Zolt\u00e0n Quux", "account": 7318264095.0, "calls": 2},
    {"name": None, "account": 1, "calls": 3},
    None,
)


def request() -> LoggedRequest:
    return LoggedRequest(
        request_id=new_request_id(),
        at="2026-01-01T00:00:00",
        version=1,
        records=RECORDS,
        predictions=(Prediction(prediction="yes"), Prediction(prediction="no"), None),
        scores=(0.5, 0.5, None),
    )


@pytest.mark.parametrize("where", ["name=Zolta\u0300n Quux", "account=7318264095"])
def test_personal_values_are_logged_as_codes_that_erasure_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.setenv("MLL_KEYS", str(tmp_path / "keys"))
    log = PredictionLog(tmp_path / "log")
    log.put(coded(request(), {"name", "account"}))
    log.close()
    first, second = (row["input"] for row in log.rows())
    assert "Quux" not in json.dumps(first)
    assert "7318264095" not in json.dumps(first)
    assert (first["calls"], second["name"]) == (2, None)
    theirs = subject_log.is_subject(Subject.of([where]), lambda _: False)
    assert subject_log.count(tmp_path / "log", theirs) == 1
    assert subject_log.destroy(tmp_path / "log", theirs) == 1
    assert [row["input"]["calls"] for row in log.rows()] == [3]


def test_without_personal_columns_a_request_is_kept_as_it_is() -> None:
    asked = request()
    assert coded(asked, ()) is asked


def test_personal_values_are_hidden_and_gaps_stay_gaps() -> None:
    rows = pd.DataFrame({"name": ["Zolt\u00e0n", None], "n": [1, 2]})
    shown = masked(rows, ["name", "gone"])
    assert shown["name"].iloc[0] == "hidden"
    assert pd.isna(shown["name"].iloc[1])
    assert rows["name"].iloc[0] == "Zolt\u00e0n"
