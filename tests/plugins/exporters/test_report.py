import json
import os
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
from conftest import need

from mll_core.domain.discovered import Grouping, Oddity, Oddness, Portrait, Span, Trait, Tried
from mll_core.domain.document import Excluded, PrepareSection, SignOff
from mll_core.domain.exporter import Exhibit
from mll_core.domain.finding import Severity
from mll_core.domain.report import Report as Found
from mll_core.domain.task import ANSWERED, Task
from mll_core.domain.training import Interval
from mll_core.plugins.exporters.report import Report

EVIL = "</script><img src=x onerror=alert(1)>"


def page(exhibit: Exhibit, folder: Path) -> str:
    (path,) = Report().write(exhibit, folder)
    assert path.name == "customers-report.html"
    return path.read_text(encoding="utf-8")


def visible(text: str) -> str:
    """The text of the page without scripts and tags."""
    found: list[str] = []

    class Reader(HTMLParser):
        skipping = ""

        def handle_starttag(self, tag: str, attrs: object) -> None:
            self.skipping = tag if tag in ("script", "style") else self.skipping

        def handle_endtag(self, tag: str) -> None:
            self.skipping = "" if tag == self.skipping else self.skipping

        def handle_data(self, data: str) -> None:
            if not self.skipping:
                found.append(data)

    Reader().feed(text)
    return " ".join(found)


@pytest.mark.parametrize("task", sorted(ANSWERED))
def test_it_tells_the_story_first_then_the_evidence_then_the_record(
    exhibits: dict[Task, Exhibit], task: Task, tmp_path: Path
) -> None:
    exhibit = exhibits[task]
    said = visible(page(exhibit, tmp_path))
    places = [said.index(claim.sentence) for claim in exhibit.report.claims]
    assert places == sorted(places)
    last = places[-1]
    for heading in ("The numbers", "What drives it", "How groups fare", "The record"):
        last = said.rindex(heading)
        assert last > places[-1]
    assert exhibit.report.overfit.sentence in said
    for finding in exhibit.report.fairness:
        first = said.index(finding.sentence)
        assert (first < said.rindex("The numbers")) == (finding.severity is not Severity.OK)
    assert exhibit.training.model_sha256 in said
    assert exhibit.report.gate.sealed_sha256[:16] in said
    for criterion in exhibit.report.gate.criteria:
        assert criterion.sentence in said


def test_the_gate_is_said_in_words_and_advice_follows(
    exhibits: dict[Task, Exhibit], tmp_path: Path
) -> None:
    failed = visible(page(exhibits[Task.BINARY], tmp_path))
    assert "The gate is not passed." in failed
    assert "What to do next" in failed
    for advice in exhibits[Task.BINARY].report.advice:
        assert advice.sentence in failed
        assert advice.evidence in failed
    passed = visible(page(exhibits[Task.REGRESSION], tmp_path))
    assert "The gate is passed." in passed
    assert "What to do next" not in passed


@pytest.mark.parametrize("task", sorted(ANSWERED))
def test_the_same_exhibit_gives_the_same_bytes_also_from_its_json(
    exhibits: dict[Task, Exhibit], task: Task, tmp_path: Path
) -> None:
    exhibit = exhibits[task]
    text = page(exhibit, tmp_path)
    known = re.search(r'<script type="application/json" id="report">(.*?)</script>', text, re.S)
    assert known is not None
    again = Found.model_validate(json.loads(known[1])["report"])
    assert page(exhibit.model_copy(update={"report": again}), tmp_path) == text


def test_it_loads_nothing_from_anywhere(exhibits: dict[Task, Exhibit], tmp_path: Path) -> None:
    text = page(exhibits[Task.BINARY], tmp_path)
    assert "default-src 'none'" in text
    assert not re.search(r"<(script|link|img|iframe)[^>]+(src|href)=", text)
    assert text.count("<script>") == 2
    assert len(text) < 8_000_000


def test_every_chart_has_words_and_a_table_behind_it(
    exhibits: dict[Task, Exhibit], tmp_path: Path
) -> None:
    for exhibit in exhibits.values():
        text = page(exhibit, tmp_path)
        charts = re.findall(
            r'<div class="chart" id="([^"]+)" role="img" aria-label="([^"]+)"', text
        )
        assert len(charts) >= 5
        assert all(len(words) > 20 for _, words in charts)
        assert text.count("Table behind this chart") == len(charts)
        for place, _ in charts:
            data = re.search(rf'id="{place}-data">(.*?)</script>', text, re.S)
            assert data is not None
            assert json.loads(data[1])["data"]


def test_the_record_holds_what_an_auditor_asks(
    exhibits: dict[Task, Exhibit], tmp_path: Path
) -> None:
    exhibit = exhibits[Task.BINARY]
    section = PrepareSection(exclude=(Excluded(column="noise", reason="It says nothing."),))
    document = exhibit.document.model_copy(update={"prepare": section})
    full = exhibit.model_copy(
        update={
            "document": document,
            "approvals": (SignOff(by="Bo", role="risk", at="2026-01-02T10:00:00+00:00"),),
            "versions": {"scikit-learn": "1.9.1"},
        }
    )
    said = visible(page(full, tmp_path))
    for words in (
        "50 a week",
        "It says nothing.",
        "Ada",
        "Bo",
        "scikit-learn 1.9.1",
        "first opening",
    ):
        assert words in said
    assert exhibit.split is not None
    assert exhibit.split.test.sha256 in said


def test_no_text_of_a_user_becomes_html(exhibits: dict[Task, Exhibit], tmp_path: Path) -> None:
    exhibit = exhibits[Task.BINARY]
    report = exhibit.report
    assert report.explanation is not None
    effects = tuple(
        effect.model_copy(update={"column": EVIL}) for effect in report.explanation.effects
    )
    bad = report.model_copy(
        update={
            "classes": (EVIL, "no"),
            "explanation": report.explanation.model_copy(update={"effects": effects}),
            "claims": tuple(c.model_copy(update={"sentence": EVIL}) for c in report.claims),
        }
    )
    brief = exhibit.document.brief.model_copy(update={"question": EVIL, "decision": EVIL})
    document = exhibit.document.model_copy(update={"name": EVIL, "brief": brief})
    evil = exhibit.model_copy(update={"report": bad, "document": document})
    text = page(evil, tmp_path)
    assert "<img" not in text.split("plotly.js")[0]
    assert EVIL not in text
    assert text.count("</script>") == page(exhibit, tmp_path).count("</script>")


def test_a_report_with_little_in_it_is_written_too(
    exhibits: dict[Task, Exhibit], tmp_path: Path
) -> None:
    exhibit = exhibits[Task.REGRESSION]
    bare = {
        "explanation": None,
        "groups": (),
        "fairness": (),
        "curves": (),
        "worst": (),
        "cards": {},
    }
    small = exhibit.model_copy(
        update={"report": exhibit.report.model_copy(update=bare), "split": None}
    )
    said = visible(page(small, tmp_path))
    assert "How groups fare" not in said
    assert "The numbers" in said


NOTHING_MEASURED = {"explanation": None, "groups": (), "curves": (), "worst": (), "confusion": ()}


def test_groups_and_what_stands_out_are_told_and_no_heading_is_left_empty(
    exhibits: dict[Task, Exhibit], tmp_path: Path
) -> None:
    exhibit = exhibits[Task.BINARY]
    trait = Trait(column="age", here=60, elsewhere=40, effect=2, sentence="age is higher")
    one = Portrait(name="Group 1", rows=90, share=0.3, traits=(trait,), sentence="Older.")
    tried = Tried(model="K-means", groups=3, silhouette=Span(value=0.8), smallest=0.2, chosen=True)
    groups = Grouping(portraits=(one,), tried=(tried,), sentence="Three groups.")
    odd = Oddity(row=3, score=0.994, record={"iban": "DE1"}, reasons=("amount is 946",))
    queue = Oddness(
        share=0.01, rows=4, of=300, threshold=0.9, queue=(odd,), columns={"amount": 0.84},
        sentence="4 of 300 are in the queue.", honest="Nobody has said which are odd.",
    )  # fmt: skip
    for task, found in (
        (Task.CLUSTERING, {"grouping": groups}),
        (Task.ANOMALY, {"oddness": queue}),
    ):
        less = {**NOTHING_MEASURED, **found, "task": task, "test": {}}
        report = exhibit.report.model_copy(update=less)
        said = visible(page(exhibit.model_copy(update={"report": report}), tmp_path))
        assert "Where it is right and wrong" not in said
        assert "Does it hold?" in said
        assert "Test (95 %)" not in said
        told = (
            ("Group 1", "90", "age is higher", "0.800")
            if task is Task.CLUSTERING
            else ("0.994", "amount is 946", "84")
        )
        assert all(word in said for word in told)
        assert "DE1" not in said


def test_todays_rule_stands_beside_the_model_where_it_was_judged(
    exhibits: dict[Task, Exhibit], tmp_path: Path
) -> None:
    exhibit = exhibits[Task.BINARY]
    assert "Today's rule" not in visible(page(exhibit, tmp_path))
    report = exhibit.report.model_copy(
        update={"rule": {"recall": Interval(value=0.123, low=0.1, high=0.2)}}
    )
    said = visible(page(exhibit.model_copy(update={"report": report}), tmp_path))
    assert "Today's rule" in said
    assert "12.3 %" in said


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_browser_draws_it_without_a_network(
    exhibits: dict[Task, Exhibit], tmp_path: Path, scheme: str
) -> None:
    chromium = shutil.which("chromium")
    need("browser", chromium is not None)
    from playwright.sync_api import sync_playwright

    (path,) = Report().write(exhibits[Task.BINARY], tmp_path)
    flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    flags += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=flags, env=dict(os.environ))
        opened = browser.new_page(color_scheme=scheme, viewport={"width": 390, "height": 800})
        said: list[str] = []
        opened.on("console", lambda message: said.append(message.text))
        opened.on("pageerror", lambda error: said.append(str(error)))
        opened.goto(path.as_uri())
        opened.wait_for_selector(".chart svg")
        charts, drawn = (
            opened.locator(css).count() for css in (".chart", ".chart .main-svg >> nth=0")
        )
        wide = opened.evaluate("document.documentElement.scrollWidth")
        browser.close()
    assert said == []
    assert charts >= 5
    assert drawn == 1
    assert wide <= 390


def test_a_project_without_a_slug_has_a_file_name_too(
    exhibits: dict[Task, Exhibit], tmp_path: Path
) -> None:
    nameless = exhibits[Task.BINARY].model_copy(update={"slug": ""})
    (path,) = Report().write(nameless, tmp_path)
    assert path.name == "project-report.html"
