from pathlib import Path

import pytest

from mll_core.domain.errors import InvalidParameter
from mll_core.domain.exporter import Exhibit
from mll_core.domain.task import Task
from mll_core.handover import restored
from mll_core.infra import report_page
from mll_core.plugins.exporters.report_json import ReportJson


def test_the_report_made_again_from_its_json_is_the_same_to_the_byte(
    exhibits: dict[Task, Exhibit], tmp_path: Path
) -> None:
    for exhibit in exhibits.values():
        (path,) = ReportJson().write(exhibit, tmp_path)
        text = path.read_text(encoding="utf-8")
        again = restored(text)
        assert report_page.render(again) == report_page.render(exhibit)
        assert report_page.text(again) == report_page.text(exhibit)
        if exhibit.report.task is Task.BINARY:  # drawn in a second or two
            assert report_page.paper(again) == report_page.paper(exhibit)
        (path,) = ReportJson().write(again, tmp_path)
        assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"document": {"name": "x"}}', "<html>"])
def test_what_is_no_report_is_refused(text: str) -> None:
    with pytest.raises(InvalidParameter, match="no report"):
        restored(text)
