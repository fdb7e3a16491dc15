"""Two judged candidates beside each other, the same rows where that is possible."""

from collections.abc import Iterator

from mll_core.domain.exporter import Exhibit, Rival
from mll_core.domain.report import MetricCard, Report
from mll_core.infra import figures
from mll_core.infra.figures import Figure
from mll_core.infra.html import Markup, join, table, tag
from mll_core.infra.report_page.shell import Page, Section, dated, draw, light, span

CURVES = {
    "roc": ("ROC of both", "ROC curves of both models", "a coin"),
    "precision_recall": ("Precision and recall of both", "Precision against recall", ""),
    "calibration": ("Calibration of both", "Predicted probability against what happened", "right"),
}


def sections(exhibit: Exhibit) -> Page:
    """One section; none without another candidate."""
    rival = exhibit.rival
    if rival is None:
        return ()
    body = [tag("p", rival.sentence), _facts(exhibit, rival), _metrics(exhibit, rival)]
    drawn = (draw(figure, f"both-{i}") for i, figure in enumerate(_curves(exhibit.report, rival)))
    body.append(tag("div", *drawn, class_="pair"))
    return (Section("beside", "Beside another model", join(body)),)


def _facts(exhibit: Exhibit, rival: Rival) -> Markup:
    both = (exhibit.report, rival.report)
    rows: list[tuple[object, ...]] = [
        ("Model", *(report.model for report in both)),
        ("Gate", *(_gate(report) for report in both)),
        ("Run", *(tag("code", report.run_id[:12]) for report in both)),
        ("Test rows", *(f"{report.test_rows:,}" for report in both)),
        ("Data version", *(tag("code", report.data_version[:8]) for report in both)),
        ("Document version", *(f"{report.document_version}" for report in both)),
        ("Evaluated", *(dated(report.created) for report in both)),
    ]
    rows += [("Said", *(tag("ul", *(tag("li", one.sentence) for one in r.claims)) for r in both))]
    return table(("", "This model", "The other"), rows)


def _gate(report: Report) -> Markup:
    return light("met" if report.gate.passed else "not met")


def _metrics(exhibit: Exhibit, rival: Rival) -> Markup:
    mine, theirs = exhibit.report, rival.report
    kinds = [kind for kind in mine.test if kind in theirs.test]
    kinds.sort(key=lambda kind: kind != mine.primary_metric)
    rows = []
    for kind in kinds:
        card, currency = mine.cards.get(kind), mine.currency
        cells = [span(report.test[kind], card, currency) for report in (mine, theirs)]
        rows.append(
            (tag("strong", card.label if card else kind), *cells, _apart(rival, kind, card))
        )
    head = ("Metric", "This model (95 %)", "The other (95 %)", "This one is better by (95 %)")
    return table(head, rows)


def _apart(rival: Rival, kind: str, card: MetricCard | None) -> Markup | str:
    found = rival.differences.get(kind)
    if found is None:
        return "not comparable"
    said = span(found, card, rival.report.currency)
    if found.low > 0:
        return join([light("better", "ok"), f" {said}"])
    if found.high < 0:
        return join([light("worse", "problem"), f" {said}"])
    return join([light("no clear difference", "check"), f" {said}"])


def _curves(mine: Report, rival: Rival) -> Iterator[Figure]:
    theirs = {curve.name: curve for curve in rival.report.curves}
    for curve in mine.curves:
        if curve.name in CURVES and curve.name in theirs:
            title, alt, diagonal = CURVES[curve.name]
            lines = [("this model", curve), ("the other", theirs[curve.name])]
            yield figures.curve(
                title, lines, f"{alt}: this model and the other.", diagonal=diagonal
            )
