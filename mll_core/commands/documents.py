"""Commands about the document and what is handed over."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from mll_core.catalog import EXPORTERS
from mll_core.commands.command import Answer, Command
from mll_core.domain.errors import InvalidParameter, NotYet, nearest
from mll_core.handover import exhibit
from mll_core.workspace import Workspace

LATER = ("python", "onnx", "container", "dvc")


def _declare_project(parser: ArgumentParser) -> None:
    parser.add_argument("project", metavar="PROJECT", help="a slug or a project.yaml")


def _history(asked: Namespace) -> Answer:
    versions = Workspace.open(asked.home).project(asked.project).history.versions()
    rows = [version.model_dump(exclude={"text"}) for version in versions]
    lines = [f"{v.version:4} {v.at} {v.author:12} {v.reason}" for v in versions]
    return Answer({"project": asked.project, "versions": rows}, lines)


def _declare_diff(parser: ArgumentParser) -> None:
    _declare_project(parser)
    parser.add_argument("old", type=int, metavar="OLD")
    parser.add_argument("new", type=int, metavar="NEW")


def _diff(asked: Namespace) -> Answer:
    text = Workspace.open(asked.home).project(asked.project).history.diff(asked.old, asked.new)
    return Answer({"project": asked.project, "diff": text}, [text or "No difference."])


def _declare_restore(parser: ArgumentParser) -> None:
    _declare_project(parser)
    parser.add_argument("version", type=int, metavar="VERSION")
    parser.add_argument("--reason", default="")


def _restore(asked: Namespace) -> Answer:
    history = Workspace.open(asked.home).project(asked.project).history
    history.restore(asked.version, asked.reason)
    newest = history.newest().version
    line = f"Version {newest} says what version {asked.version} said."
    return Answer({"project": asked.project, "version": newest}, [line])


def _declare_export(parser: ArgumentParser) -> None:
    _declare_project(parser)
    parser.add_argument("--to", required=True, metavar="DIR")
    parser.add_argument("--as", dest="kind", required=True, metavar="KIND")


def _export(asked: Namespace) -> Answer:
    if asked.kind in LATER:
        what = f"Exporting as {asked.kind} is not there yet."
        raise NotYet(what, hint=f"Kinds that are: {', '.join(EXPORTERS)}.")
    if asked.kind not in EXPORTERS:
        what = f"There is no export of the kind {asked.kind!r}."
        raise InvalidParameter(what, hint=nearest(asked.kind, [*EXPORTERS, *LATER]))
    project = Workspace.open(asked.home).project(asked.project)
    shown = exhibit(project)
    folder = Path(asked.to)
    if folder.exists() and not folder.is_dir():
        raise InvalidParameter(f"{folder} is a file, not a folder.", hint="Name a folder.")
    folder.mkdir(parents=True, exist_ok=True)
    written = [str(path) for path in EXPORTERS[asked.kind].of().write(shown, folder)]
    return Answer({"project": project.slug, "files": written}, written)


COMMANDS = {
    "history": Command("List the versions of a document.", _history, _declare_project),
    "diff": Command("Compare two versions of a document.", _diff, _declare_diff),
    "restore": Command("Make an earlier version the newest.", _restore, _declare_restore),
    "export": Command("Hand a project over as a folder.", _export, _declare_export),
}
