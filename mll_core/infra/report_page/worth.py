"""Whether anything knew the answer beforehand, and what the steps of the recipe are worth."""

from collections.abc import Iterator

from mll_core.domain.document import Verdict
from mll_core.domain.exporter import Exhibit
from mll_core.domain.worth import Ledger
from mll_core.infra.html import Markup, join, table, tag
from mll_core.infra.report_page.shell import Page, Section, dated, light


def sections(exhibit: Exhibit) -> Page:
    """Leaks, and the impact of the steps; what nobody looked into is left out."""
    leaks = [part for part in (_cases(exhibit), _null(exhibit)) if part]
    found = []
    if leaks:
        found.append(Section("leaks", "Could it have known the answer?", join(leaks)))
    if exhibit.ledger and exhibit.ledger.steps:
        found.append(Section("steps", "What the steps are worth", _steps(exhibit.ledger)))
    return tuple(found)


def _null(exhibit: Exhibit) -> Markup | None:
    run = exhibit.null_run
    if run is None:
        return None
    word, kind = ("passed", "ok") if run.passed else ("failed", "problem")
    return join(
        [tag("h3", "Null run"), tag("p", light(word, kind), " ", run.sentence())],
    )


def _steps(ledger: Ledger) -> Markup:
    rows = (
        (
            f"{step.number}",
            step.step,
            step.told,
            step.counted(),
        )
        for step in ledger.steps
    )
    head = ("", "Step", f"{ledger.metric_label} with it", "What it changes")
    how = (
        f"Plus: better with the step. A quick model ({ledger.model.lower()}) on the same folds "
        "with and without it; ± is half of the 95 % interval."
    )
    return table(head, rows, how)


def _cases(exhibit: Exhibit) -> Markup | None:
    rows = list(_rows(exhibit))
    if not rows:
        return None
    head = ("Column", "What speaks for or against it", "Verdict")
    said = exhibit.cases.duplicates if exhibit.cases else ""
    return join(
        [
            tag("h3", "Columns that may give the answer away"),
            table(head, rows, "Counted on development rows."),
            tag("p", said) if said else None,
        ]
    )


def _rows(exhibit: Exhibit) -> Iterator[tuple[object, ...]]:
    verdicts = {one.column: one for one in exhibit.verdicts}
    cases = exhibit.cases.cases if exhibit.cases else ()
    for case in cases:
        assert exhibit.cases is not None
        about = exhibit.cases.target, exhibit.cases.metric_label, "a quick model"
        told = tag("ul", *(tag("li", said) for said in (*case.suspicions, *case.told(*about))))
        yield tag("strong", case.column), told, _verdict(verdicts.pop(case.column, None))
    for column, verdict in verdicts.items():
        yield tag("strong", column), "", _verdict(verdict)


def _verdict(verdict: Verdict | None) -> Markup | str:

    if verdict is None:
        return "Nobody has decided yet."
    return join([tag("p", verdict.sentence()), tag("p", dated(verdict.at), class_="quiet")])
