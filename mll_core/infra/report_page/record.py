"""The record for an auditor: data, recipe, split, settings, versions, openings, sign-offs."""

from collections.abc import Iterable

from mll_core.domain.document import SignOff
from mll_core.domain.exporter import Exhibit
from mll_core.domain.recipe import Recipe
from mll_core.infra.html import Markup, join, table, tag
from mll_core.infra.report_page.shell import Page, Section, dated


def sections(exhibit: Exhibit) -> Page:
    """One section: the appendix."""
    parts = (
        ("The brief", _facts(_brief(exhibit))),
        ("The data", _facts(_data(exhibit))),
        ("How rows were prepared", _recipe(exhibit)),
        ("How it was trained", _facts(_training(exhibit))),
        ("Folds", _folds(exhibit)),
        ("The sealed test", join([_facts(_test(exhibit)), _openings(exhibit)])),
        ("Who agreed", _agreed(exhibit)),
    )
    body = join(part for title, found in parts for part in (tag("h3", title), found))
    return (Section("record", "The record", body),)


def _facts(facts: Iterable[tuple[str, object]]) -> Markup:
    said = (
        part
        for name, value in facts
        if value not in ("", None, ())
        for part in (tag("dt", name), tag("dd", value))
    )
    return tag("dl", *said)


def _brief(exhibit: Exhibit) -> list[tuple[str, object]]:
    brief = exhibit.document.brief
    values, capacity = brief.values, brief.capacity
    amounts = [
        f"{name.replace('_', ' ')} {amount:g} {values.currency}"
        for name, amount in values.to_json().items()
        if isinstance(amount, int | float)
    ]
    cases = f"{capacity.count:,} a {capacity.period}" if capacity.count else ""
    return [
        ("Question", brief.question),
        ("Decision", brief.decision),
        ("Target", brief.target or ""),
        ("One row is", brief.unit),
        ("Capacity", cases),
        ("Values", ", ".join(amounts)),
        ("Protected columns", ", ".join(brief.protected)),
        ("Constraints", "; ".join(brief.constraints)),
        ("Stakeholders", "; ".join(f"{s.name} ({s.role})" for s in brief.stakeholders)),
    ]


def _data(exhibit: Exhibit) -> list[tuple[str, object]]:
    data, split = exhibit.data, exhibit.split
    facts: list[tuple[str, object]] = [("Source", exhibit.document.data.source)]
    facts.append(("Data version", tag("code", exhibit.report.data_version)))
    if data:
        facts += [("Rows", f"{data.rows:,}"), ("How it was read", data.understood)]
    if split:
        facts += [
            ("Split", split.sentence),
            ("Development rows", f"{split.development.rows:,}"),
            ("Development version", tag("code", split.development.sha256)),
            ("Test rows", f"{split.test.rows:,}"),
            ("Test version", tag("code", split.test.sha256)),
            ("Dropped without target", f"{split.dropped_without_target:,}"),
        ]
        facts += [(f"Both parts: {one.column}", one.sentence) for one in split.balance]
        facts += [("Can the test be told?", split.telling.sentence)] if split.telling else []
        facts += [("Rows on both sides", split.twins.finding.sentence)] if split.twins else []
    return facts


def _recipe(exhibit: Exhibit) -> Markup:
    section = exhibit.document.prepare
    steps = tag("ol", *(tag("li", said) for said in Recipe(steps=section.steps).sentences()))
    nothing = tag("p", "No step: rows go into the model as they are.")
    rows = ((entry.column, entry.reason) for entry in section.exclude)
    left_out = table(("Column left out", "Why"), rows) if section.exclude else None
    learned = tag(
        "p",
        "What a step learns it learns from training rows only, again in every fold.",
        class_="quiet",
    )
    return join([steps if section.steps else nothing, learned, left_out])


def _training(exhibit: Exhibit) -> list[tuple[str, object]]:
    training, section = exhibit.training, exhibit.document.train
    winner = training.winner
    settings = ", ".join(f"{name} {value}" for name, value in winner.parameters.items())
    skipped = "; ".join(f"{s.model}: {s.reason.rstrip('.')}" for s in training.skipped)
    columns = ", ".join(dict.fromkeys(feature.source for feature in training.features))
    libraries = ", ".join(f"{name} {version}" for name, version in exhibit.versions.items())
    return [
        ("Ranked by", f"{training.metric}. {training.metric_reason}"),
        ("Chosen", f"{winner.label}. {training.reason}"),
        ("Settings", settings),
        ("Threshold", training.threshold_reason),
        ("Rows learned from", f"{training.rows:,}" if training.rows else ""),
        ("Columns used", columns),
        ("Not tried or not finished", skipped),
        ("Time", f"{training.seconds:.0f} s of {section.budget_seconds:.0f} s"),
        ("Seeds", f"split {exhibit.document.split.seed}, train {section.seed}"),
        ("Run", tag("code", training.run_id)),
        ("Model file", tag("code", training.model_sha256)),
        ("Libraries", libraries),
    ]


def _test(exhibit: Exhibit) -> list[tuple[str, object]]:
    report, section = exhibit.report, exhibit.document.evaluate
    worth = (
        "This was its first opening, so its numbers are worth most."
        if report.opening == 1
        else "Each opening makes its numbers a little too good, because choices follow them."
    )
    return [
        ("Opened", f"{report.opening} time{'s' if report.opening > 1 else ''}. {worth}"),
        ("Criteria sealed", dated(report.gate.sealed_at)),
        ("Seal", tag("code", report.gate.sealed_sha256)),
        ("Intervals", f"95 %, {section.resamples:,} bootstrap resamples, seed {section.seed}"),
        ("Evaluated", dated(report.created)),
        ("Document version", str(exhibit.document_version)),
    ]


def _folds(exhibit: Exhibit) -> Markup:
    """The primary metric of every model on every fold, and where the folds come from."""
    runs = [run for run in exhibit.training.leaderboard if run.folds]
    if not runs:
        return tag("p", "No folds: nothing was learned from answers.")
    section, most = exhibit.document.split, max(len(run.folds) for run in runs)
    kind = exhibit.split.kind if exhibit.split else section.kind
    head = ("Model", *(f"{number}" for number in range(1, most + 1)))
    rows = (
        (
            tag("strong", run.label),
            *(f"{one:.4g}" for one in run.folds),
            *[""] * (most - len(run.folds)),
        )
        for run in runs
    )
    said = f"{exhibit.training.metric} on each fold; drawn: {kind}, seed {section.seed}."
    return table(head, rows, said)


def _openings(exhibit: Exhibit) -> Markup | None:
    """Who opened the test, when and why."""
    found = exhibit.openings
    if found is None or not found.lines:
        return None
    rows = ((dated(line.at), line.by, line.why, line.run_id[:12]) for line in found.lines)
    return join([table(("Opened", "By", "Why", "Run"), rows), tag("p", found.sentence)])


def _agreed(exhibit: Exhibit) -> Markup:
    brief, model = exhibit.document.brief.sign_offs, exhibit.approvals
    rows = [*_signed("the brief", brief), *_signed("the model", model)]
    if not rows:
        return tag("p", "Nobody has signed off yet.")
    return table(("What", "Who", "Role", "When", "Note"), rows)


def _signed(what: str, offs: tuple[SignOff, ...]) -> list[tuple[str, ...]]:
    return [(what, off.by, off.role, dated(off.at), off.note) for off in offs]
