"""Commands about prepared tables: the whole recipe as a file, and the versions there are."""

from argparse import ArgumentParser, Namespace
from typing import Any

from mll_core.commands.command import DONE, GATE_NOT_MET, Answer, Command, subcommand
from mll_core.domain.prepared import Difference, PreparedVersion
from mll_core.infra.teller import Teller
from mll_core.project import Project
from mll_core.workspace import Workspace

RAW_TEXT = "text as it is, also where a spreadsheet would run it as a formula"


def _declare_prepare(parser: ArgumentParser) -> None:
    parser.add_argument("project", metavar="PROJECT", help="a slug or a project.yaml")
    parser.add_argument("-o", "--out", help="also as a .csv or .parquet file")
    parser.add_argument("--raw-text", action="store_true", help=RAW_TEXT)


def _prepare(asked: Namespace) -> Answer:
    project = Workspace.open(asked.home).project(asked.project)
    version = project.prepared.make(Teller())
    lines = [_line(version, project.prepared.names), f"in it:   {version.rows_are}"]
    if asked.out:
        which = str(version.number)
        rows = project.prepared.write(which, asked.out, raw_text=asked.raw_text)
        lines.append(f"{rows:,} rows written to {asked.out}")
    return Answer({**version.to_json(), "out": asked.out}, lines)


def _declare_tables(parser: ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    said = {
        "list": "every version, newest first",
        "name": "a name to find one again; named ones are kept",
        "compare": "what became of the rows and columns of OLD",
        "reproduce": "make one again from its source and recipe, and compare the bytes",
        "write": "one as a .csv or .parquet file",
    }
    made = {name: subcommand(actions, name, words) for name, words in said.items()}
    for one in made.values():
        one.add_argument("project", metavar="PROJECT")
    for name in ("name", "reproduce", "write"):
        made[name].add_argument("which", metavar="VERSION", help="its number, name or hash")
    made["name"].add_argument("name", metavar="NAME")
    for old_new in ("old", "new"):
        made["compare"].add_argument(old_new, metavar=old_new.upper())
    made["write"].add_argument("-o", "--out", required=True)
    made["write"].add_argument("--raw-text", action="store_true", help=RAW_TEXT)


def _tables(asked: Namespace) -> Answer:
    project = Workspace.open(asked.home).project(asked.project)
    return _ACTIONS[asked.action](project, asked)


def _list(project: Project, _: Namespace) -> Answer:
    found, names = project.prepared.all(), project.prepared.names
    lines = [line for v in found for line in (_line(v, names), *_recipe(v))]
    value = {"versions": [version.to_json() for version in found], "names": names}
    return Answer(value, lines or ["No table was prepared yet: mll prepare PROJECT."])


def _line(version: PreparedVersion, names: dict[str, str]) -> str:
    called = ", ".join(n for n, sha256 in names.items() if sha256 == version.data.sha256)
    gone = "  (destroyed: somebody was erased from it)" if version.withdrawn else ""
    return (
        f"{version.number:4} {version.at[:19]} {version.data.short} {version.data.rows:>11,} rows "
        f"from {version.raw[:8]} {called}{gone}"
    )


def _recipe(version: PreparedVersion) -> list[str]:
    return [f"       {number}. {said}" for number, said in enumerate(version.sentences, 1)]


def _name(project: Project, asked: Namespace) -> Answer:
    project.prepared.name(asked.which, asked.name)
    version = project.prepared.find(asked.name)
    return Answer(version.to_json(), [f"Version {version.number} is called {asked.name!r}."])


def _compare(project: Project, asked: Namespace) -> Answer:
    found = project.prepared.compare(asked.old, asked.new)
    return Answer(found.to_json(), _told(found))


def _told(found: Difference) -> list[str]:
    lines = [found.sentence()]
    lines += [f"  {one.column:28} {one.sentence}" for one in found.columns if one.kind != "same"]
    same = sum(one.kind == "same" for one in found.columns)
    return [*lines, f"  {same} columns hold the same values"]


def _reproduce(project: Project, asked: Namespace) -> Answer:
    found = project.prepared.reproduce(asked.which, Teller())
    lines = [f"source:  {found.source}", f"learned: {'same' if found.learned else 'differs'}"]
    lines += [f"bytes:   {found.found}", f"then:    {found.expected}"]
    lines += _told(found.difference) if found.difference else []
    lines.append("identical" if found.identical else "not identical")
    value: dict[str, Any] = {**found.to_json(), "identical": found.identical}
    return Answer(value, lines, DONE if found.identical else GATE_NOT_MET)


def _write(project: Project, asked: Namespace) -> Answer:
    rows = project.prepared.write(asked.which, asked.out, raw_text=asked.raw_text)
    return Answer({"rows": rows, "out": asked.out}, [f"{rows:,} rows written to {asked.out}"])


_ACTIONS = {
    "list": _list,
    "name": _name,
    "compare": _compare,
    "reproduce": _reproduce,
    "write": _write,
}

COMMANDS = {
    "prepare": Command(
        "Run the whole recipe over all rows, to a file.", _prepare, _declare_prepare
    ),
    "tables": Command("List, name, compare prepared tables.", _tables, _declare_tables),
}
