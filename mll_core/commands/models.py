"""Commands about models: approve, promote, score, watch, prove."""

from argparse import ArgumentParser, Namespace
from typing import Any

from mll_core.brought import brought, said
from mll_core.commands.command import DONE, GATE_NOT_MET, Answer, Command, declare_rows, rows_of
from mll_core.domain.serving import ModelVersion
from mll_core.project import Project
from mll_core.workspace import Workspace


def _open(asked: Namespace) -> Project:
    return Workspace.open(asked.home).project(asked.project)


def _declare_project(parser: ArgumentParser) -> None:
    parser.add_argument("project", metavar="PROJECT", help="a slug or a project.yaml")


def _declare_version(parser: ArgumentParser) -> None:
    _declare_project(parser)
    parser.add_argument("--version", type=int, metavar="N", help="a model version; else the newest")


def _declare_score(parser: ArgumentParser) -> None:
    _declare_version(parser)
    parser.add_argument("source", metavar="SOURCE")
    declare_rows(parser)
    parser.add_argument("-o", "--out", required=True, help="a .csv or .parquet file")
    parser.add_argument("--proba", action="store_true", help="also the probability of each class")
    told = "text as it is, also where a spreadsheet would run it as a formula"
    parser.add_argument("--raw-text", action="store_true", help=told)


def _score(asked: Namespace) -> Answer:
    rows = _open(asked).deployment.score(
        rows_of(asked.source, asked),
        asked.out,
        version=asked.version,
        proba=asked.proba,
        raw_text=asked.raw_text,
    )
    value = {"project": asked.project, "rows": rows, "out": asked.out}
    return Answer(value, [f"{rows:,} rows scored into {asked.out}"])


def _declare_approve(parser: ArgumentParser) -> None:
    _declare_project(parser)
    parser.add_argument("--by", required=True, metavar="NAME")
    parser.add_argument("--role", required=True)
    parser.add_argument("--note", default="")


def _approve(asked: Namespace) -> Answer:
    project = _open(asked)
    version = project.deployment.approve(asked.by, asked.role, asked.note)
    return _version(project, version, f"Version {version.number} is approved by {asked.by}.")


def _promote(asked: Namespace) -> Answer:
    project = _open(asked)
    version = project.deployment.promote(asked.version)
    return _version(project, version, f"Version {version.number} answers now.")


def _rollback(asked: Namespace) -> Answer:
    project = _open(asked)
    version = project.deployment.rollback()
    return _version(project, version, f"Version {version.number} answers again.")


def _version(project: Project, version: ModelVersion, line: str) -> Answer:
    found = brought(project, version)
    return Answer({**version.to_json(), "bring": found}, [line, *filter(None, [said(found)])])


def _declare_monitor(parser: ArgumentParser) -> None:
    _declare_project(parser)
    parser.add_argument("--current", required=True, metavar="SOURCE", help="the rows to judge")
    declare_rows(parser)
    parser.add_argument("--labels", metavar="SOURCE", help="what really happened, by key")


def _monitor(asked: Namespace) -> Answer:
    found = _open(asked).watching.monitor(rows_of(asked.current, asked), asked.labels)
    value = found.to_json()
    value["performance"] = {"estimated": value.pop("estimated"), "realised": value.pop("realised")}
    drifted = [row for row in found.drift if row.drifted]
    lines = [f"{found.rows:,} rows, {len(drifted)} of {len(found.drift)} columns drifted"]
    lines += [f"  {row.column:28} {row.statistic} {row.value:.3f}" for row in drifted]
    lines += [f"alert: {alert['sentence']}" for alert in found.alerts]
    lines += [f"advice: {advice['sentence']}" for advice in found.advice]
    return Answer(value, lines)


def _declare_reproduce(parser: ArgumentParser) -> None:
    parser.add_argument("run_id", metavar="RUN_ID")


def _reproduce(asked: Namespace) -> Answer:
    from mll_core.reproduction import reproduce

    project, training = Workspace.open(asked.home).project_of_run(asked.run_id)
    found: dict[str, Any] = reproduce(project, training, asked.run_id)
    same = found["identical"]
    parts = ("data", "learned", "metrics", "predictions")
    words = {True: "same", False: "differs", None: "not compared (not the recommended run)"}
    lines = [f"{part}: {words[found[part]]}" for part in parts]
    lines += [f"{name}: {versions}" for name, versions in found["libraries"].items()]
    lines.append("identical" if same else "not identical")
    return Answer(found, lines, DONE if same else GATE_NOT_MET)


COMMANDS = {
    "score": Command("Score a file with the champion.", _score, _declare_score),
    "approve": Command("Sign off the candidate.", _approve, _declare_approve),
    "promote": Command("Let a model version answer.", _promote, _declare_version),
    "rollback": Command("Let the champion before answer again.", _rollback, _declare_project),
    "monitor": Command("Judge new rows against the training.", _monitor, _declare_monitor),
    "reproduce": Command("Run a run again and compare.", _reproduce, _declare_reproduce),
}
