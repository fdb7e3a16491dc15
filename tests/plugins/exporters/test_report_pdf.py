import sys
from pathlib import Path

import pytest

from mll_core.domain.errors import NotReady
from mll_core.domain.exporter import Exhibit
from mll_core.domain.report import DATA, Change, Standing
from mll_core.domain.task import Task
from mll_core.infra.report_page.blocks import Run, Text
from mll_core.infra.report_page.letters import Letters
from mll_core.plugins.exporters.report_pdf import ReportPdf

EVIL = "\u202egnp.exe \x07\ud7ff 顧客 naïve «quoted» 😀"


def written(exhibit: Exhibit, folder: Path) -> bytes:
    (path,) = ReportPdf().write(exhibit, folder)
    assert path.name == "customers-report.pdf"
    return path.read_bytes()


def test_the_same_exhibit_gives_the_same_bytes_with_contents_and_fonts_inside(
    exhibits: dict[Task, Exhibit], tmp_path: Path
) -> None:
    changed = Standing(changes=(Change(input=DATA, sentence="The data changed."),))
    exhibit = exhibits[Task.BINARY].model_copy(update={"standing": changed})
    first = written(exhibit, tmp_path)
    assert written(exhibit, tmp_path) == first
    assert first.startswith(b"%PDF-1.")
    assert first.rstrip().endswith(b"%%EOF")
    assert b"/Outlines" in first
    assert first.count(b"/FontFile2") == 3
    assert b"/Subtype /Image" not in first
    assert 10_000 < len(first) < 1_000_000


def test_any_text_of_a_user_can_be_on_it(exhibits: dict[Task, Exhibit], tmp_path: Path) -> None:
    exhibit = exhibits[Task.REGRESSION]
    brief = exhibit.document.brief.model_copy(update={"question": EVIL * 20, "unit": EVIL})
    document = exhibit.document.model_copy(update={"name": EVIL, "brief": brief})
    assert written(exhibit.model_copy(update={"document": document}), tmp_path)


def test_words_in_other_letters_are_marked_and_listed(
    exhibits: dict[Task, Exhibit], tmp_path: Path
) -> None:
    exhibit = exhibits[Task.REGRESSION]
    document = exhibit.document.model_copy(
        update={"name": "顧客 and 価格 for 顧客, \u0645\u0639 Ж"}
    )
    assert written(exhibit.model_copy(update={"document": document}), tmp_path)
    letters = Letters(range(0x2000), range(0x500))
    title = letters.put(document.name)
    assert title == "?1 and ?2 for ?1, ?3 Ж"
    told = letters.blocks(
        [Text((Run("x"),), "h1"), Text((Run("ж", code=True), Run("\u202eb\x07")))]
    )
    assert [getattr(block, "style", "table") for block in told] == [
        "h1",
        "quiet",
        "p",
        "h2",
        "table",
    ]
    assert told[1].runs[0].text.startswith("3 words are in letters")
    assert [run.text for run in told[2].runs] == ["ж", "b"]
    assert told[4].rows[0][1][0].text == "U+9867 U+5BA2"


def test_without_the_library_it_is_said_how_to_get_it(
    exhibits: dict[Task, Exhibit], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fpdf", None)
    with pytest.raises(NotReady, match="fpdf2") as refused:
        ReportPdf().write(exhibits[Task.BINARY], tmp_path)
    assert "mll-workbench[pdf]" in refused.value.hint
