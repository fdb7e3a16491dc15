"""Commands that explain: a closer look at the model, and what it says of made-up cases."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from mll_core.commands.command import Answer, Command, settings
from mll_core.domain.ground import NOT_CAUSE
from mll_core.domain.sheet import Behind, Plot, Series
from mll_core.domain.whatif import Effect
from mll_core.infra.teller import Teller
from mll_core.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

MOST = 12
"""Rows and points of each kind that are printed; --json has all of them."""


def _declare_explain(parser: ArgumentParser) -> None:
    parser.add_argument("project", metavar="PROJECT", help="a slug or a project.yaml")
    said = "which question, such as relies_on; without it they are listed"
    parser.add_argument("view", metavar="VIEW", nargs="?", help=said)


def _explain(asked: Namespace) -> Answer:
    project = Workspace.open(asked.home).project(asked.project)
    if asked.view is None:
        menu = {cls.name(): cls.asks for cls in project.evidence.menu()}
        lines = [f"{name}: {asks}" for name, asks in menu.items()]
        return Answer({"project": project.slug, "views": menu}, lines or ["Train models first."])
    found = project.evidence.sheet(asked.view) or project.evidence.work_out(asked.view, Teller())
    lines = [*found.sentences, *(one.sentence for one in found.findings)]
    for grid in found.grids:
        lines += [f"{grid.title}:", *_rows(grid.columns, grid.rows)]
    for plot in found.plots:
        lines += [line for one in plot.series for line in _points(plot, one)]
    for behind in (one for one in found.behind if one.places):
        rows = project.evidence.rows(behind).drop(columns=[*project.document.data.personal])
        lines += _behind(rows, behind)
    if found.tree is not None:
        lines += [rule.words for rule in found.tree.rules]
    of = f" of {found.stamp.of:,}" if found.stamp.of else ""
    lines += [f"On {found.stamp.rows:,}{of} rows: {found.stamp.split}.", NOT_CAUSE]
    return Answer({"project": project.slug, "view": asked.view, **found.to_json()}, lines)


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _rows(columns: Iterable[Any], rows: Iterable[Iterable[Any]]) -> list[str]:
    return ["  " + "  ".join(map(_cell, row)) for row in (columns, *rows)]


def _points(plot: Plot, one: Series) -> list[str]:
    """At most MOST points of a line, its ends among them, with the band where there is one."""
    if one.look == "faint" or not one.x:
        return []
    step = max(1, -(-(len(one.x) - 1) // (MOST - 1)))
    at = sorted({*range(0, len(one.x), step), len(one.x) - 1})
    parts = {plot.x_label: one.x, plot.y_label: one.y, "low": one.low, "high": one.high}
    known = {name: values for name, values in parts.items() if values}
    few = f" ({len(at)} of {len(one.x):,} points)" if len(at) < len(one.x) else ""
    rows = zip(*([values[i] for i in at] for values in known.values()), strict=True)
    return [f"{plot.title}, {one.name}{few}:", *_rows(known, rows)]


def _behind(rows: "pd.DataFrame", behind: Behind) -> list[str]:
    """The first rows that a view points at, with what is said of each in front."""
    few = rows.head(MOST)
    told = few.astype(object).where(few.notna(), None).to_numpy().tolist()
    head = f"{behind.title} (rows: {len(few)} of {len(behind.places):,}):"
    return [head, *_rows(few.columns, told)]


def _declare_whatif(parser: ArgumentParser) -> None:
    parser.add_argument("project", metavar="PROJECT", help="a slug or a project.yaml")
    parser.add_argument("--row", type=int, metavar="N", help="start from this row, else usual ones")
    said = "a value of the case; may be given several times"
    parser.add_argument("--set", action="append", default=[], metavar="COLUMN=VALUE", help=said)
    said = "also the smallest changes to this class, or to this number"
    parser.add_argument("--want", metavar="ANSWER", help=said)
    parser.add_argument("--scenario", metavar="ID", help="start from a scenario that was kept")


def _whatif(asked: Namespace) -> Answer:
    project = Workspace.open(asked.home).project(asked.project)
    cases = project.whatif.cases()
    record = cases.usual() if asked.row is None else cases.row(asked.row)
    if asked.scenario is not None:
        record |= project.whatif.scenario(asked.scenario).cases[0]
    case = cases.ask({**record, **settings(asked.set)})
    against = cases.against(record, case.record)
    lines = [case.sentence, case.support.sentence, *against]
    lines += [f"  {_added(one)}  {one.column} = {_short(one.value)}" for one in case.effects]
    lines.append(f"  {case.output:.4g} in all, from {case.base:.4g} ({case.unit}; {case.method})")
    value = {"project": project.slug, **case.to_json(), "against": against, "ways": None}
    if asked.want is not None:
        ways = cases.ways(case.record, asked.want)
        value["ways"] = ways.to_json()
        lines += [one.sentence for one in ways.ways] or [ways.sentence]
        lines += [f"Left as it is: {', '.join(ways.fixed)}."] if ways.fixed else []
    return Answer(value, [*lines, NOT_CAUSE])


def _added(one: Effect) -> str:
    return f"{one.effect:+.4g}" + ("" if one.error is None else f" (± {one.error:.2g})")


def _declare_room(parser: ArgumentParser) -> None:
    parser.add_argument("project", metavar="PROJECT", help="a slug or a project.yaml")
    said = "which of the cases; without an answer the next one is shown"
    parser.add_argument("case", metavar="CASE", type=int, nargs="?", help=said)
    said = "a class, or a number: kept for good before the model's is shown"
    parser.add_argument("answer", metavar="ANSWER", nargs="?", help=said)


def _room(asked: Namespace) -> Answer:
    room = Workspace.open(asked.home).project(asked.project).room
    value: dict[str, Any] = {"project": asked.project, "case": None, "shown": None}
    lines = []
    if asked.answer is not None:
        value["shown"] = room.guess(asked.case, asked.answer).to_json()
        lines.append(_heard(asked.case, value["shown"]))
    sitting = room.sitting()
    case = sitting.next if asked.case is None or lines else sitting.at(asked.case)
    contest = room.contest()
    value |= {"told": sitting.told, "guessed": len(sitting.guessed)}
    value |= {"contest": None if contest is None else contest.to_json()}
    if case is not None:
        value["case"] = case.to_json()
        lines += [f"Case {case.number} of {len(sitting.cases)}. {sitting.told}"]
        lines += [f"  {name}: {_cell(cell)}" for name, cell in case.record.items()]
        if case.shown is None:
            lines.append(f"What is {sitting.target}?{_among(sitting.classes)}")
        elif not asked.answer:
            lines.append(_heard(case.number, case.shown.to_json()))
    return Answer(value, [*lines, *(contest.sentences if contest else ())])


def _cell(value: Any) -> str:
    return "missing" if value is None else _short(value)


def _among(classes: tuple[str, ...]) -> str:
    return f" One of: {', '.join(classes)}." if classes else " A number."


def _heard(number: int, shown: Mapping[str, Any]) -> str:
    rule = "" if shown["rule"] is None else f" the rule {_short(shown['rule'])},"
    you, model, truth = (_short(shown[who]) for who in ("guess", "model", "truth"))
    return f"Case {number}: you said {you},{rule} the model {model}; true is {truth}."


COMMANDS = {
    "room": Command("Guess real cases before the model is shown.", _room, _declare_room),
    "explain": Command("Look closer at the newest model.", _explain, _declare_explain),
    "whatif": Command("Ask the newest model about a made-up case.", _whatif, _declare_whatif),
}
