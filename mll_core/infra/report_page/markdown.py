"""The blocks of a report as Markdown (CommonMark with tables)."""

import re
from collections.abc import Iterable, Iterator

from mll_core.infra.report_page.blocks import Block, Chart, Facts, Items, Run, Runs, Table, Text

SIGNS = {"ok": "●", "check": "◆", "problem": "■"}
"""A traffic light where there is no colour."""
MARKS = {"h1": "# ", "h2": "## ", "h3": "### ", "h4": "#### "}
SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~#&!])")
LINE_START = re.compile(r"^(\s*\d*)([-+=.)])(?=\s|$|[-=])")


def written(blocks: Iterable[Block]) -> str:
    """The whole text; what a person wrote is never Markdown or HTML."""
    return "\n\n".join(part for block in blocks for part in _block(block) if part) + "\n"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Text(runs, style) if style in MARKS:
            yield MARKS[style] + _line(runs)
        case Text(runs, style):
            quoted = style in SIGNS
            text = "  \n".join(_lines(runs))
            yield f"> {SIGNS[style]} " + text.replace("\n", "\n> ") if quoted else text
        case Items(entries, ordered):
            signs = (f"{n}." if ordered else "-" for n in range(1, len(entries) + 1))
            yield "\n".join(
                f"{sign} " + "  \n   ".join(_lines(runs))
                for sign, runs in zip(signs, entries, strict=True)
            )
        case Facts(pairs):
            yield "\n".join(f"- **{_line(name)}:** {_line(told)}" for name, told in pairs)
        case Table():
            yield from _table(block)
        case Chart():
            yield f"**Chart: {escaped(block.title)}.** {escaped(block.alt)}"
            yield escaped(block.note)
            yield from _table(block.table)


def _table(table: Table) -> Iterator[str]:
    if table.caption:
        yield f"*{escaped(table.caption)}*"
    right = (*table.right, *[False] * len(table.head))
    head = [_cell(runs) or " " for runs in table.head]
    rule = ["---:" if to_right else "---" for _, to_right in zip(head, right, strict=False)]
    rows = [[_cell(runs) for runs in row] for row in table.rows]
    yield "\n".join("| " + " | ".join(row) + " |" for row in (head, rule, *rows))


def _cell(runs: Runs) -> str:
    return "<br>".join(_lines(runs))


def _line(runs: Runs) -> str:
    return " ".join(_lines(runs))


def _lines(runs: Runs) -> list[str]:
    """The runs as Markdown, a text a line."""
    lines = [""]
    for run in runs:
        if run.text == "\n":
            lines.append("")
        else:
            lines[-1] += _run(run)
    return [LINE_START.sub(r"\1\\\2", line.strip()) for line in lines if line.strip()]


def _run(run: Run) -> str:
    text = " ".join(run.text.split("\n"))
    inner = text.strip()
    if not inner:
        return text
    if run.code and "`" not in inner:
        marked = f"`{inner}`"
    else:
        marked = escaped(inner)
        marked = f"**{marked}**" if run.bold else marked
        marked = f"~~{marked}~~" if run.struck else marked
        marked = f"{SIGNS[run.light]} {marked}" if run.light in SIGNS else marked
    before = text[: len(text) - len(text.lstrip())]
    return before + marked + text[len(text.rstrip()) :]


def escaped(text: str) -> str:
    """Text that Markdown shows as it is, HTML in it too."""
    return SPECIAL.sub(r"\\\1", text)
