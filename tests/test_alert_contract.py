"""What every alert channel must keep, present and future."""

from pathlib import Path
from typing import Any

import pytest

from mll_core.catalog import ALERTS
from mll_core.domain.alert import Alert
from mll_core.domain.serving import Monitoring

every_channel = pytest.mark.parametrize("cls", ALERTS.values(), ids=ALERTS)


@every_channel
def test_its_card_is_filled_in(cls: type[Alert]) -> None:
    assert cls.label
    assert cls.__doc__
    assert all(field.description for field in cls.parameters().values())


@every_channel
def test_it_says_nothing_when_there_is_nothing_to_say(
    cls: type[Alert], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    calm = Monitoring(source="s", rows=1, model_version=1, drift=(), dataset_drift=False)
    cls.of().send("churn", calm)
    assert not list(tmp_path.iterdir())
    assert capfd.readouterr() == ("", "")
