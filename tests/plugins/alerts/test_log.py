import json
from pathlib import Path

from mll_core.catalog import ALERTS
from mll_core.domain.serving import Monitoring
from mll_core.plugins.alerts.log import LogFile


def monitoring(*sentences: str) -> Monitoring:
    return Monitoring(
        source="week 9",
        rows=500,
        model_version=4,
        drift=(),
        dataset_drift=False,
        alerts=tuple({"code": "c", "severity": "check", "sentence": s} for s in sentences),
    )


def test_every_alert_is_one_line_and_lines_are_only_added(tmp_path: Path) -> None:
    channel = LogFile(path=str(tmp_path / "new" / "alerts.jsonl"))
    channel.send("churn", monitoring("first", "second\nline"))
    channel.send("churn", monitoring("third"))
    lines = [json.loads(line) for line in Path(channel.path).read_text().splitlines()]
    assert [line["sentence"] for line in lines] == ["first", "second\nline", "third"]
    assert lines[0]["project"] == "churn"
    assert lines[0]["model_version"] == 4


def test_without_alerts_nothing_is_written(tmp_path: Path) -> None:
    LogFile(path=str(tmp_path / "alerts.jsonl")).send("churn", monitoring())
    assert not list(tmp_path.iterdir())


def test_the_channel_is_on_the_shelf() -> None:
    assert ALERTS["log"] is LogFile
