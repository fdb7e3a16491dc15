"""What was found in rows that bring no answer: groups and what sets them apart, the queue."""

from mll_core.domain.discovered import Grouping, Oddness
from mll_core.domain.exporter import Exhibit
from mll_core.domain.metric import shown
from mll_core.infra.html import Markup, join, table, tag
from mll_core.infra.report_page.shell import Page, Section

MOST_TRAITS, MOST_ROWS = 6, 25


def sections(exhibit: Exhibit) -> Page:
    """The groups, or the queue; nothing for models that predict a column."""
    report, found = exhibit.report, []
    if report.grouping is not None:
        found.append(Section("found", "The groups", _grouping(report.grouping)))
    if report.oddness is not None:
        found.append(Section("found", "Rows that stand out", _oddness(report.oddness)))
    return tuple(found)


def _grouping(found: Grouping) -> Markup:
    rows = (
        (
            tag("strong", one.name),
            f"{one.rows:,}",
            shown(one.share, "share"),
            "; ".join(trait.sentence for trait in one.traits[:MOST_TRAITS])
            or "Nothing sets it apart clearly.",
        )
        for one in found.portraits
    )
    tried = (
        (
            one.model,
            f"{one.groups}",
            f"{one.silhouette.value:.3f}",
            f"{one.stability.value:.3f}" if one.stability else "",
            shown(one.smallest, "share"),
            "chosen" if one.chosen else "as good" if one.tied else one.verdict,
        )
        for one in found.tried
    )
    head = ("Way", "Groups", "Silhouette", "Stability", "Smallest", "Verdict")
    return join(
        [
            tag("p", found.sentence),
            table(("Group", "Rows", "Share", "What sets it apart"), rows),
            table(head, tried, "What they were chosen from.") if found.tried else None,
        ]
    )


def _oddness(found: Oddness) -> Markup:
    known = any(one.truth for one in found.queue)
    rows = (
        (
            f"{one.score:.3f}",
            *((one.truth or "",) if known else ()),
            "; ".join(one.reasons),
        )
        for one in found.queue[:MOST_ROWS]
    )
    head = ("Score", *(("Known",) if known else ()), "What is unusual")
    said = "Score: 0.99 is odder than 99 % of the rows it learned from. The oddest are first."
    often = ", ".join(f"{name} {shown(part, 'share')}" for name, part in found.columns.items())
    return join(
        [
            tag("p", found.sentence),
            tag("p", found.honest),
            table(head, rows, said) if found.queue else None,
            tag("p", f"Most often unusual: {often} of these rows.") if often else None,
        ]
    )
