from pathlib import Path

import pyarrow.parquet as pq
from serving_samples import RECORD, model

from mll_core.domain.serving import LOG_COLUMNS, LoggedRequest, Outcome
from mll_core.infra import logged_rows
from mll_core.infra.prediction_log import PredictionLog, new_request_id
from mll_core.infra.scorer import Scorer


def logged(folder: Path, records: list[dict[str, object]]) -> tuple[PredictionLog, str]:
    log, name = PredictionLog(folder), new_request_id()
    scored = Scorer(model()).score(records)
    kept = tuple(r if p else None for r, p in zip(records, scored.predictions, strict=True))
    log.put(
        LoggedRequest(
            request_id=name,
            at="2024-03-01T00:00:00",
            version=2,
            records=kept,
            predictions=scored.predictions,
            scores=scored.scores,
        )
    )
    log.flush()
    return log, name


def test_logged_requests_score_again_as_they_were_answered(tmp_path: Path) -> None:
    log, name = logged(tmp_path, [RECORD, {"bad": 1}, {**RECORD, "age": None}])
    log.add_outcomes([Outcome(request_id=name, record=2, actual="yes")])
    out = tmp_path / "log.parquet"
    assert logged_rows.write(log, model(), out) == 2
    frame = pq.read_table(out).to_pandas()
    assert set(frame) == {*RECORD, "left", *LOG_COLUMNS}
    assert frame["left"].tolist()[1] == "yes"
    assert frame["left"].isna().tolist() == [True, False]
    assert frame["_record"].tolist() == [0, 2]
    answers = model().decide(model().score(frame))
    assert [model().class_values[code] for code in answers] == frame["_prediction"].tolist()
    log.close()


def test_an_empty_log_is_an_empty_table_of_the_same_columns(tmp_path: Path) -> None:
    log = PredictionLog(tmp_path / "none")
    assert logged_rows.write(log, model(), tmp_path / "log.parquet") == 0
    assert "age" in pq.read_schema(tmp_path / "log.parquet").names
    log.close()
