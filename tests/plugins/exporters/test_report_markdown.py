import re
from pathlib import Path

from markdown_it import MarkdownIt

from mll_core.domain.exporter import Exhibit
from mll_core.domain.report import DATA, Change, Standing
from mll_core.domain.task import Task
from mll_core.plugins.exporters.report_markdown import ReportMarkdown

EVIL = "<img src=x onerror=alert(1)> [go](http://a.b) `tick` | a *bold* # h"


def written(exhibit: Exhibit, folder: Path) -> str:
    (path,) = ReportMarkdown().write(exhibit, folder)
    assert path.name == "customers-report.md"
    return path.read_text(encoding="utf-8")


def shown(text: str) -> str:
    """What a reader of the Markdown sees, as text."""
    page = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text)
    plain = re.sub(r"<[^>]+>", "", page)
    for sign, letter in {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"'}.items():
        plain = plain.replace(sign, letter)
    return plain


def test_it_says_what_the_page_says_in_the_same_order(
    exhibits: dict[Task, Exhibit], tmp_path: Path
) -> None:
    for exhibit in exhibits.values():
        said = shown(written(exhibit, tmp_path))
        places = [said.index(claim.sentence) for claim in exhibit.report.claims]
        places += [said.index("The numbers"), said.index("The record"), said.index("Folds")]
        assert places == sorted(places)
        assert exhibit.report.gate.sealed_sha256 in said
        assert exhibit.training.model_sha256 in said


def test_every_chart_is_told_in_words_with_its_table(
    exhibits: dict[Task, Exhibit], tmp_path: Path
) -> None:
    text = written(exhibits[Task.BINARY], tmp_path)
    charts = re.findall(r"\*\*Chart: .+?\*\* (.+)\n+(?:.+\n+)?\|", text)
    assert len(charts) == text.count("**Chart: ")
    assert len(charts) >= 5


def test_no_text_of_a_user_becomes_markdown(exhibits: dict[Task, Exhibit], tmp_path: Path) -> None:
    exhibit = exhibits[Task.BINARY]
    claims = tuple(one.model_copy(update={"sentence": EVIL}) for one in exhibit.report.claims)
    evil = exhibit.model_copy(
        update={"report": exhibit.report.model_copy(update={"claims": claims})}
    )
    page = (
        MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(written(evil, tmp_path))
    )
    assert "<img" not in page
    assert "<a " not in page
    assert shown(written(evil, tmp_path)).count(EVIL) == len(claims)


def test_a_claim_that_no_longer_stands_is_struck_through(
    exhibits: dict[Task, Exhibit], tmp_path: Path
) -> None:
    changed = Standing(changes=(Change(input=DATA, sentence="The data was a and is b now."),))
    exhibit = exhibits[Task.BINARY].model_copy(update={"standing": changed})
    text = written(exhibit, tmp_path)
    assert text.count("~~") == 2 * (len(exhibit.report.claims) + 1)
    assert text.count("The data was a and is b now.") == len(exhibit.report.claims) + 1
