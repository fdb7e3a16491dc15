"""Commands about the document and what is handed over."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from mll_core.catalog import EXPORTERS
from mll_core.commands.command import Answer, Command
from mll_core.domain.errors import InvalidParameter, NotYet, nearest
from mll_core.domain.exporter import Exhibit
from mll_core.handover import exhibit, restored
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
    shown = exhibit(Workspace.open(asked.home).project(asked.project))
    return _written(shown, asked.kind, Path(asked.to))


def _written(shown: Exhibit, kind: str, folder: Path) -> Answer:
    if folder.exists() and not folder.is_dir():
        raise InvalidParameter(f"{folder} is a file, not a folder.", hint="Name a folder.")
    folder.mkdir(parents=True, exist_ok=True)
    written = [str(path) for path in EXPORTERS[kind].of().write(shown, folder)]
    return Answer({"project": shown.slug, "files": written}, written)


FORMATS = {cls.format: kind for kind, cls in EXPORTERS.items() if cls.format}


def _declare_report(parser: ArgumentParser) -> None:
    _declare_project(parser)
    parser.add_argument("--format", choices=sorted(FORMATS), default="html")
    parser.add_argument("--to", default=".", metavar="DIR", help="the folder to write into")
    beside = "another judged candidate to set beside it; the first letters of its run are enough"
    kept = "write it from a report kept as JSON instead of the newest candidate"
    parser.add_argument("--from", dest="kept", metavar="FILE", help=kept)
    parser.add_argument("--against", metavar="RUN", help=beside)


def _report(asked: Namespace) -> Answer:
    project = Workspace.open(asked.home).project(asked.project)
    kept = Path(asked.kept).read_text(encoding="utf-8") if asked.kept else None
    shown = exhibit(project, asked.against) if kept is None else restored(kept)
    return _written(shown, FORMATS[asked.format], Path(asked.to))


COMMANDS = {
    "history": Command("List the versions of a document.", _history, _declare_project),
    "diff": Command("Compare two versions of a document.", _diff, _declare_diff),
    "restore": Command("Make an earlier version the newest.", _restore, _declare_restore),
    "report": Command("Write the report of the newest candidate.", _report, _declare_report),
    "export": Command("Hand a project over as a folder.", _export, _declare_export),
}
