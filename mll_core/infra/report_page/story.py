"""The first two minutes: the question, the answer, what was promised, what to do."""

from mll_core.domain.exporter import Exhibit
from mll_core.domain.finding import UNTOLD, Severity
from mll_core.domain.metric import shown
from mll_core.domain.report import Claim, CriterionResult
from mll_core.infra.html import Markup, join, table, tag
from mll_core.infra.report_page.shell import Page, Section, dated, light


def sections(exhibit: Exhibit) -> Page:
    """Story, gate, advice."""
    found = [Section("story", "", _story(exhibit)), Section("gate", "The gate", _gate(exhibit))]
    if exhibit.report.advice:
        found.append(Section("advice", "What to do next", _advice(exhibit)))
    return tuple(found)


def _story(exhibit: Exhibit) -> Markup:
    brief, report = exhibit.document.brief, exhibit.report
    question = brief.question or f"What is {brief.target!r} of a new case?"
    decision = tag("p", "Decided with the answer: ", brief.decision) if brief.decision else None
    claims = (_claim(claim, exhibit) for claim in report.claims)
    return join(
        [
            tag("p", "Evaluation report", class_="kicker"),
            tag("h1", exhibit.document.name),
            tag("p", question, class_="question"),
            decision,
            _stamp(exhibit),
            _verdict(exhibit),
            tag("ul", *claims, class_="claims"),
            _before_acting(exhibit),
        ]
    )


def _stamp(exhibit: Exhibit) -> Markup:
    report = exhibit.report
    said = (
        f"Model: {report.model}",
        f"{report.test_rows:,} test rows, opened {_times(report.opening)}",
        f"Data version {report.data_version[:8]}",
        f"Document version {exhibit.document_version}",
        f"Evaluated {dated(report.created)}" if report.created else "",
    )
    return tag("div", *(tag("span", words) for words in said if words), class_="stamp")


def _times(opening: int) -> str:
    return "once" if opening == 1 else f"{opening} times"


def _verdict(exhibit: Exhibit) -> Markup:
    gate = exhibit.report.gate
    unmet = [result for result in gate.criteria if not result.met]
    unsure = [result for result in gate.criteria if result.met and result.verdict != "met"]
    if unmet:
        kind, word = "problem", "The gate is not passed."
        said = f"{len(unmet)} of {len(gate.criteria)} criteria are not met."
    elif unsure:
        kind, word = "check", "The gate is passed, narrowly."
        said = (
            f"All {len(gate.criteria)} criteria are met by their values, but for {len(unsure)} "
            "the interval leaves it open."
        )
    else:
        kind, word = "ok", "The gate is passed."
        said = f"All {len(gate.criteria)} criteria written before the test was opened are met."
        if len(gate.criteria) == 1:
            said = "The criterion written before the test was opened is met."
    if against := exhibit.standing.against_gate():
        why = f"No longer stands: {' '.join(against)}"
        struck = tag("strong", tag("s", word))
        return tag("div", struck, tag("p", said), tag("p", why), class_="verdict check")
    return tag("div", tag("strong", word), tag("p", said), class_=f"verdict {kind}")


def _before_acting(exhibit: Exhibit) -> Markup | None:
    report = exhibit.report
    found = [f for f in (report.overfit, *report.fairness) if f.severity is not Severity.OK]
    if not found:
        return None
    items = (tag("li", light(finding.severity), " ", finding.sentence) for finding in found)
    return join([tag("h3", "Look at this before you act on it"), tag("ul", *items)])


def _claim(claim: Claim, exhibit: Exhibit) -> Markup:
    """A claim; struck through, with the reason, when what it stands on has changed."""
    base = f"{claim.n:,} {claim.split} rows, data version {claim.data_version[:8]}"
    against = exhibit.standing.against(claim)
    if not against:
        return tag("li", claim.sentence, tag("small", base))
    why = f"No longer stands: {' '.join(against)}"
    return tag("li", tag("s", claim.sentence), tag("small", base), tag("small", why))


def _gate(exhibit: Exhibit) -> Markup:
    gate = exhibit.report.gate
    rows = (_criterion(result, exhibit) for result in gate.criteria)
    sealed = f"Sealed {dated(gate.sealed_at)}, before the test rows were opened; seal "
    return join(
        [
            table(("Criterion", "Group", "Value", "95 % interval", "Verdict"), rows),
            tag("p", sealed, tag("code", gate.sealed_sha256[:16]), ".", class_="quiet"),
        ]
    )


def _criterion(result: CriterionResult, exhibit: Exhibit) -> tuple[object, ...]:
    card = exhibit.report.cards.get(result.metric)
    unit, currency = (card.unit if card else ""), exhibit.report.currency
    value = shown(result.value, unit, currency)
    low, high = (shown(end, unit).removesuffix(" %") for end in (result.low, result.high))
    kind = "ok" if result.verdict == "met" else "check" if result.met else "problem"
    word: str = result.verdict
    if word == "not sure":
        word = "met, not sure" if result.met else "not met, not sure"
    return result.sentence, result.group or "", value, f"{low} to {high}", light(word, kind)


def _advice(exhibit: Exhibit) -> Markup:
    items = (
        tag(
            "li",
            tag("strong", advice.stage.value.capitalize(), ": "),
            advice.sentence,
            " ",
            tag("span", advice.evidence, " ", class_="quiet"),
            tag("span", f"Expected: {advice.expected or UNTOLD} ", class_="quiet"),
            tag("span", "Edit: ", tag("code", advice.edit), class_="quiet"),
        )
        for advice in exhibit.report.advice
    )
    return tag("ol", *items, class_="advice")
