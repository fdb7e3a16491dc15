"""The proof: every number with its interval, where the model errs, what drives it, for whom."""

from collections.abc import Iterator

from mll_core.domain.exporter import Exhibit
from mll_core.domain.metric import shown
from mll_core.domain.report import Curve, MetricCard, Report
from mll_core.domain.task import ANSWERED
from mll_core.domain.training import Interval
from mll_core.infra import figures
from mll_core.infra.figures import Figure
from mll_core.infra.html import Markup, details, join, stacked, table, tag
from mll_core.infra.report_page import fairness
from mll_core.infra.report_page.shell import Page, Section, draw, light, span

TOP_COLUMNS, DEPENDENCE, ERRORS = 15, 4, 10
NOTHING = join(())
UNITS = {"log-odds": "log-odds (effects add up on it: 0.7 more make the odds twice as high)"}
RATES = {
    "selection_rate": "Called positive",
    "true_positive_rate": "Found",
    "false_positive_rate": "Wrongly called",
    "precision": "Rightly called",
}


def sections(exhibit: Exhibit) -> Page:
    """Numbers, errors, reasons, groups, models; a part without content is left out."""
    parts = (
        Section("numbers", "The numbers", _numbers(exhibit)),
        Section("errors", "Where it is right and wrong", _errors(exhibit.report)),
        Section("reasons", "What drives it", _reasons(exhibit.report)),
        Section("groups", "How groups fare", _groups(exhibit.report)),
        Section("models", "What was tried", _models(exhibit)),
    )
    return tuple(part for part in parts if part.body)


def _numbers(exhibit: Exhibit) -> Markup:
    report = exhibit.report
    gap, rows = report.overfit, []
    beside = {"Held out in training": report.validation, "Best simple rule": report.baseline}
    beside |= {"Today's rule": report.rule} if report.rule else {}
    for kind in sorted(report.test, key=lambda kind: kind != report.primary_metric):
        test = report.test[kind]
        card, currency = report.cards.get(kind), report.currency
        cells = (
            span(found[kind], card, currency) if kind in found else "" for found in beside.values()
        )
        name = _metric(kind, card)
        rows.append((name, span(test, card, currency), *cells))
    said = f"{report.test_rows:,} test rows. {report.drawn}"
    learned = "Did it learn by heart?" if report.task in ANSWERED else "Does it hold?"
    return join(
        [
            table(("Metric", "Test (95 %)", *beside), rows, said) if rows else None,
            tag("h3", learned),
            tag("p", light(gap.severity), " ", gap.sentence),
        ]
    )


def _metric(kind: str, card: MetricCard | None) -> Markup:
    if card is None:
        return tag("strong", kind)
    return join([tag("strong", card.label), tag("div", card.meaning, class_="quiet")])


def _errors(report: Report) -> Markup:
    curves = {curve.name: curve for curve in report.curves}
    drawn = [draw(figure, f"figure-{i}") for i, figure in enumerate(_figures(report, curves))]
    pair = tag("div", *drawn, class_="pair") if drawn else None
    return join([_confusion(report), pair, _worst(report)])


BAND = "The band holds each point of the curve in 95 of 100 such tests."


def _figures(report: Report, curves: dict[str, Curve]) -> Iterator[Figure]:
    auc = report.test.get("roc_auc")
    area = f" Area {auc.value:.3f}." if auc else ""
    each = [(name.split(":", 1)[1], curve) for name, curve in curves.items() if name[:4] == "roc:"]
    lines = [("this model", curves["roc"])] if "roc" in curves else each
    if lines:
        alt = f"ROC curve: true positive rate against false positive rate.{area}"
        note = BAND if "roc" in curves else ""
        yield figures.curve("ROC", lines, alt, diagonal="a coin", note=note)
    if found := curves.get("precision_recall"):
        alt = "Precision against recall: how pure the calls are when more cases are to be found."
        yield figures.curve("Precision and recall", [("this model", found)], alt, note=BAND)
    if found := curves.get("calibration"):
        alt = "Predicted probability against what happened, with 95 % bands; on the line is right."
        yield figures.curve(
            "Are probabilities right?", [("this model", found)], alt, diagonal="right"
        )
    yield from _thresholds(report, curves)
    if not report.task.classifies:
        yield from _residuals(curves)


def _thresholds(report: Report, curves: dict[str, Curve]) -> Iterator[Figure]:
    names = {"threshold_precision": "precision", "threshold_recall": "recall"}
    names["threshold_share"] = "share called positive"
    lines = [(word, curves[name]) for name, word in names.items() if name in curves]
    if lines:
        at = 0.5 if report.threshold is None else report.threshold
        relabelled = [(word, line.model_copy(update={"y_label": "Share"})) for word, line in lines]
        yield figures.curve(
            "What the threshold does",
            relabelled,
            f"Precision, recall and share called at every threshold; {at:.2f} is used.",
            note=f"The model decides from {at:.2f} on.",
        )
    if found := curves.get("threshold_value"):
        alt = "Value per case at every threshold, at the values of the brief."
        yield figures.curve("What the threshold is worth", [("value", found)], alt)
    shares = [(f"really {n[7:]}", c) for n, c in curves.items() if n.startswith("scores:")]
    if shares:
        yield figures.bars("Scores by truth", shares, "How scores are spread in each true class.")


def _residuals(curves: dict[str, Curve]) -> Iterator[Figure]:
    if found := curves.get("predicted_actual"):
        alt = "Predicted against true values; on the line they agree."
        yield figures.points("Predicted and true", found, alt)
    if found := curves.get("residual_histogram"):
        yield figures.bars("Errors", [("errors", found)], "How errors are spread around zero.")
    if found := curves.get("residual_by_prediction"):
        alt = "Median error with the 10th to 90th percentile, by size of the prediction."
        yield figures.curve("Errors by size of prediction", [("median", found)], alt)


def _confusion(report: Report) -> Markup | None:
    if not report.confusion:
        return None
    total = max(1, sum(map(sum, report.confusion)))
    rows = [
        (
            tag("strong", f"really {name}"),
            *(f"{count:,} ({100 * count / total:.1f} %)" for count in counts),
        )
        for name, counts in zip(report.classes, report.confusion, strict=True)
    ]
    head = ("", *(f"called {name}" for name in report.classes))
    return table(head, rows, f"Decisions on {total:,} test rows.")


def _worst(report: Report) -> Markup | None:
    if not report.worst:
        return None
    columns = [effect.column for effect in report.explanation.effects] if report.explanation else []
    shown_columns = [c for c in columns if c in report.worst[0]["record"]][:6]
    rows = (
        (
            _cell(row["truth"]),
            _cell(row["prediction"]),
            *(_cell(row["record"].get(c)) for c in shown_columns),
        )
        for row in report.worst[:ERRORS]
    )
    head = ("Truth", "Prediction", *shown_columns)
    caption = "The test rows on which the model is most wrong, with the columns that matter most."
    return details("Worst errors", table(head, rows, caption))


def _reasons(report: Report) -> Markup:
    found = report.explanation
    if found is None:
        return NOTHING
    top = figures.importance(found.effects[:TOP_COLUMNS], found.unit)
    each = (
        draw(figures.dependence(effect, found.unit), f"effect-{i}")
        for i, effect in enumerate(found.effects[:DEPENDENCE])
        if effect.points
    )
    how = (
        f"SHAP values of {found.n:,} test rows in the original columns ({found.method}), in "
        f"{UNITS.get(found.unit, found.unit)}. They say what the model uses: an association, not "
        "a cause."
    )
    rows = (
        (effect.column, shown(effect.importance, "target"))
        for effect in found.effects[TOP_COLUMNS:]
    )
    rest = found.effects[TOP_COLUMNS:]
    more = details(f"{len(rest)} more columns", table(("Column", "Effect"), rows)) if rest else None
    grid = tag("div", *each, class_="pair")
    return join([tag("p", how), draw(top, "importance"), more, grid, _examples(report)])


def _examples(report: Report) -> Markup | None:
    if report.explanation is None or not report.explanation.rows:
        return None
    rows = []
    for row in report.explanation.rows:
        strongest = sorted(row["effects"].items(), key=lambda item: -abs(item[1]))[:4]
        said = "; ".join(
            f"{column} = {_cell(row['record'].get(column))} ({effect:+.3g})"
            for column, effect in strongest
        )
        rows.append((_cell(row["prediction"]), _cell(row["truth"]), said))
    return table(("Prediction", "Truth", "What moved it most"), rows, "A few single cases.")


def _groups(report: Report) -> Markup:
    if not report.groups:
        return NOTHING
    parts = [tag("ul", *(tag("li", light(f.severity), " ", f.sentence) for f in report.fairness))]
    parts.append(fairness.audit(report))
    for column in dict.fromkeys(group.column for group in report.groups):
        mine = [group for group in report.groups if group.column == column]
        kinds = [kind for kind in RATES if kind in mine[0].metrics]
        kinds = [*dict.fromkeys([report.primary_metric, *kinds])]
        rows = (
            (
                tag("strong", group.group),
                f"{group.n:,}",
                *(_rate(report, kind, group.metrics.get(kind)) for kind in kinds),
            )
            for group in mine
        )
        named = (RATES.get(kind) or _label(report, kind) for kind in kinds)
        parts.append(table(("Group", "Rows", *named), rows, f"Groups of {column}."))
    return join(parts)


def _rate(report: Report, kind: str, interval: Interval | None) -> Markup | str:
    if interval is None:
        return ""
    card = report.cards.get(kind)
    unit = "share" if kind in RATES else card.unit if card else ""
    value, low, high = (shown(v, unit) for v in (interval.value, interval.low, interval.high))
    if interval.low != interval.low:  # NaN: no interval
        return stacked(value, "")
    return stacked(value, f"{low.removesuffix(' %')} to {high.removesuffix(' %')}")


def _label(report: Report, kind: str) -> str:
    return report.cards[kind].label if kind in report.cards else kind


def _models(exhibit: Exhibit) -> Markup:
    training, report = exhibit.training, exhibit.report
    card = report.cards.get(training.metric)
    rows = (
        (
            tag("strong", run.label) if run.recommended else run.label,
            span(run.score, card, report.currency),
            "chosen" if run.recommended else "tied" if run.tied else "rule" if run.baseline else "",
            f"{run.seconds:.1f}",
        )
        for run in training.leaderboard
    )
    head = ("Model", f"{_label(report, training.metric)}, held out (95 %)", "", "Seconds")
    return join([tag("p", training.reason), table(head, rows)])


def _cell(value: object) -> str:
    if value is None:
        return "missing"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
