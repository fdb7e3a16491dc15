"""Commands that explain: a closer look at the model, and what it says of made-up cases."""

from argparse import ArgumentParser, Namespace
from typing import Any

from mll_core.commands.command import Answer, Command, settings
from mll_core.domain.ground import NOT_CAUSE
from mll_core.domain.whatif import Effect
from mll_core.infra.teller import Teller
from mll_core.workspace import Workspace


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
        lines.append(f"{grid.title}:")
        lines += ["  " + "  ".join(map(_short, row)) for row in (grid.columns, *grid.rows)]
    if found.tree is not None:
        lines += [rule.words for rule in found.tree.rules]
    of = f" of {found.stamp.of:,}" if found.stamp.of else ""
    lines += [f"On {found.stamp.rows:,}{of} rows: {found.stamp.split}.", NOT_CAUSE]
    return Answer({"project": project.slug, "view": asked.view, **found.to_json()}, lines)


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


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
    lines = [case.sentence, case.support.sentence]
    lines += [f"  {_added(one)}  {one.column} = {_short(one.value)}" for one in case.effects]
    lines.append(f"  {case.output:.4g} in all, from {case.base:.4g} ({case.unit}; {case.method})")
    value = {"project": project.slug, **case.to_json(), "ways": None}
    if asked.want is not None:
        ways = cases.ways(case.record, asked.want)
        value["ways"] = ways.to_json()
        lines += [one.sentence for one in ways.ways] or [ways.sentence]
        lines += [f"Left as it is: {', '.join(ways.fixed)}."] if ways.fixed else []
    return Answer(value, [*lines, NOT_CAUSE])


def _added(one: Effect) -> str:
    return f"{one.effect:+.4g}" + ("" if one.error is None else f" (± {one.error:.2g})")


COMMANDS = {
    "explain": Command("Look closer at the newest model.", _explain, _declare_explain),
    "whatif": Command("Ask the newest model about a made-up case.", _whatif, _declare_whatif),
}
