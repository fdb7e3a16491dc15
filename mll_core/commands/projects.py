"""Commands that make and run projects."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace

from mll_core.catalog import TASKS
from mll_core.commands import judgement
from mll_core.commands.command import (
    DONE,
    GATE_NOT_MET,
    Answer,
    Command,
    declare_rows,
    rows_of,
    settings,
)
from mll_core.domain.connector import ReadOptions
from mll_core.domain.recipe import Recipe
from mll_core.domain.stage import Stage
from mll_core.domain.train_section import PRESETS
from mll_core.infra.teller import Teller
from mll_core.workspace import Workspace

UNTIL = [stage.value for stage in (*Stage.EVALUATE.before, Stage.EVALUATE)]


def _declare_new(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME")
    parser.add_argument(
        "--data", required=True, metavar="SOURCE", help="a file, an address or sample:NAME"
    )
    declare_rows(parser)
    parser.add_argument("--target", metavar="COL", help="the column to predict")
    parser.add_argument("--task", metavar="KIND", help="one of: " + ", ".join(TASKS))
    _declare_budget(parser)
    _declare_set(parser)


def _declare_budget(parser: ArgumentParser) -> None:
    names = ", ".join(f"{name} ({seconds:.0f})" for name, seconds in PRESETS.items())
    said = f"time for training: a number or {names}"
    parser.add_argument("--budget", type=_seconds, metavar="SECONDS", help=said)


def _seconds(text: str) -> float:
    try:
        return PRESETS.get(text) or float(text)
    except ValueError as error:
        names = ", ".join(PRESETS)
        raise ArgumentTypeError(f"{text!r} is no number of seconds, nor {names}") from error


def _declare_set(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--set", action="append", default=[], metavar="dotted.path=value", help="set anything else"
    )


def _new(asked: Namespace) -> Answer:
    rows_of(asked.data, asked)
    rows = {"data.options.table": asked.table, "data.options.query": asked.query}
    workspace = Workspace.open(asked.home)
    project = workspace.create_project(
        asked.name,
        asked.data,
        target=asked.target,
        task=asked.task,
        budget=asked.budget,
        settings={**{path: text for path, text in rows.items() if text}, **settings(asked.set)},
    )
    left_out = project.document.prepare.exclude
    value = {
        "project": project.slug,
        "document": str(project.path),
        "steps": Recipe(steps=project.document.prepare.steps).sentences(),
        "excluded": [entry.to_json() for entry in left_out],
    }
    lines = [f"project:  {project.slug}", f"document: {project.path}"]
    data = project.results.data()
    lines += [f"read:     {data.understood}"] if data else []
    lines += [f"taken:    {sentence}" for sentence in value["steps"]]
    lines += [f"left out: {entry.column}: {entry.reason}" for entry in left_out]
    return Answer(value, lines)


def _declare_run(parser: ArgumentParser) -> None:
    parser.add_argument("project", metavar="PROJECT", help="a slug or a project.yaml")
    parser.add_argument("--until", choices=UNTIL, default=Stage.EVALUATE.value)
    parser.add_argument("--why", default="", help="why the sealed test is opened, for the log")
    _declare_budget(parser)
    _declare_set(parser)


def _run(asked: Namespace) -> Answer:
    project = Workspace.open(asked.home).project(asked.project)
    chosen = settings(asked.set)
    if asked.budget is not None:
        chosen["train.budget_seconds"] = asked.budget
    outcome = project.run(asked.until, settings=chosen, progress=Teller(), why=asked.why)
    lines = [f"project: {outcome.project}"]
    lines += [f"{name:9} {stage['status']}" for name, stage in outcome.stages.items()]
    for run in outcome.leaderboard:
        mark = "*" if run["recommended"] else "=" if run["tied"] else " "
        lines.append(
            f"{mark} {run['label']:28} {run['value']:.4f}  [{run['low']:.4f}, {run['high']:.4f}]"
        )
    lines += [f"- {skipped['model']} skipped: {skipped['reason']}" for skipped in outcome.skipped]
    lines += judgement.lines(outcome)
    met = outcome.gate is None or outcome.gate["passed"]
    return Answer(outcome.to_json(), lines, DONE if met else GATE_NOT_MET)


def _declare_profile(parser: ArgumentParser) -> None:
    parser.add_argument("source", metavar="SOURCE")
    declare_rows(parser)
    parser.add_argument("--target", metavar="COL", help="also judge the columns against it")


def _profile(asked: Namespace) -> Answer:
    import tempfile
    from pathlib import Path

    from mll_core import intake
    from mll_core.domain.document import Brief
    from mll_core.domain.finding import worst_first
    from mll_core.domain.identity import Actor
    from mll_core.infra.objects import ObjectStore
    from mll_core.infra.reach import Reach
    from mll_core.new_project import check_target
    from mll_core.stages import collect

    with tempfile.TemporaryDirectory(prefix="mll-") as folder:
        objects = ObjectStore(Path(folder))
        reach = Reach(Actor(name="local"), Path(folder))
        version = intake.read(reach, rows_of(asked.source, asked), ReadOptions(), objects)
        path = objects.path(version.sha256)
        profile = collect.profile(version, path)
        brief = Brief(target=asked.target)
        if asked.target is not None:
            check_target(profile, brief)
        found = collect.findings(profile, path, brief, frozenset())
        findings = worst_first((*collect.source_findings(version.source), *found))
    value = {**profile.to_json(), "findings": [finding.to_json() for finding in findings]}
    lines = [f"{profile.rows:,} rows, {len(profile.columns)} columns. {version.understood}"]
    lines += [
        f"  {column.name:28} {column.semantic:10} {column.nulls:>9,} missing"
        f" {column.distinct:>9,} distinct"
        for column in profile.columns
    ]
    lines += [f"{finding.severity.value}: {finding.sentence}" for finding in findings]
    return Answer(value, lines)


def _declare_none(_: ArgumentParser) -> None:
    pass


def _projects(asked: Namespace) -> Answer:
    workspace = Workspace.open(asked.home)
    rows = []
    for summary in workspace.projects():
        states = workspace.project(summary.slug).states()
        stages = {state.stage.value: state.status.value for state in states}
        rows.append({"project": summary.slug, "name": summary.name, "stages": stages})
    lines = [f"{row['project']:30} {row['name']}" for row in rows] or ["No projects yet."]
    return Answer({"projects": rows}, lines)


COMMANDS = {
    "new": Command("Make a project from a file or a sample.", _new, _declare_new),
    "run": Command("Run a project through its stages, to the gate.", _run, _declare_run),
    "profile": Command("Describe any source in numbers.", _profile, _declare_profile),
    "projects": Command("List the projects.", _projects, _declare_none),
}
