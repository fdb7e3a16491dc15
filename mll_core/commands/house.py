"""Commands that start and check the workbench itself."""

import os
import subprocess
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from typing import Any

from mll_core.commands.command import DONE, WRONG_INPUT, Answer, Command
from mll_core.domain.errors import NoRoom, NotReady
from mll_core.infra.processes import die_with_parent
from mll_core.workspace import Workspace

_HOST: Any = {"default": "127.0.0.1", "help": "the pages' address; others need MLL_AUTH"}
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def _port(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 65535:  # noqa: PLR2004 - ports are 16 bits
        raise ArgumentTypeError(f"{number} is no port; they go from 1 to 65535")
    return number


_port.__name__ = "port"


def _declare_workbench(parser: ArgumentParser) -> None:
    parser.add_argument("--ui-port", type=_port, default=8501)
    parser.add_argument("--api-port", type=_port, default=8600)
    parser.add_argument("--host", **_HOST)
    parser.add_argument("--no-browser", action="store_true")


def _workbench(asked: Namespace) -> Answer:
    from mll_core.supervisor import Supervisor

    home = Workspace.open(asked.home).home
    options: Any = {"host": asked.host, "browser": not asked.no_browser}
    supervisor = Supervisor(home, asked.ui_port, asked.api_port, **options)
    return Answer({}, (), supervisor.run())


def _declare_ui(parser: ArgumentParser) -> None:
    parser.add_argument("--port", type=_port, default=8501)
    parser.add_argument("--host", **_HOST)


def _ui(asked: Namespace) -> Answer:
    from mll_core.infra.processes import is_free
    from mll_core.infra.sign_in import check_address
    from mll_core.supervisor import set_up_lines, ui_command

    check_address(asked.host)
    home = Workspace.open(asked.home).home
    if not is_free(asked.port):
        raise NoRoom(f"Port {asked.port} is taken.", hint="Choose another with --port.")
    start = f"http://{asked.host}:{asked.port}"
    for line in (f"Workbench: {start}", *set_up_lines(home, start)):
        print(line, file=sys.stderr, flush=True)
    code = subprocess.run(ui_command(home, asked.port, asked.host), check=False).returncode
    return Answer({}, (), DONE if code in (0, -2, 130) else code)


def _under_supervision() -> None:
    """What ``mll`` started ends with it, also when it is killed; its ``.out`` keeps no secrets."""
    from mll_core.infra.logs import redact_output

    redact_output()
    if os.environ.get("MLL_SUPERVISED"):
        die_with_parent(at_once=False)


def _worker(asked: Namespace) -> Answer:
    _under_supervision()
    from mll_core import worker
    from mll_core.infra.logs import start_log

    home = Workspace.open(asked.home).home
    start_log(home, "worker")
    worker.work(home)
    return Answer({})


def _declare_serve(parser: ArgumentParser) -> None:
    parser.add_argument("--port", type=_port, default=8600)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--workers", type=int, default=2)


def _serve(asked: Namespace) -> Answer:
    from mll_core.infra.tokens import Tokens
    from mll_core.service import limits, server

    _under_supervision()
    limits.rate_of(loopback=asked.host in LOOPBACK)  # refused here, not in every worker
    workspace = Workspace.open(asked.home)
    if asked.host not in LOOPBACK and not Tokens(workspace.database, workspace.actor).exist():
        hint = "Make one first: mll token create --deployment NAME."
        raise NotReady("Without a token nobody beyond this machine may be answered.", hint=hint)
    server.run(workspace.home, asked.host, asked.port, asked.workers)
    return Answer({})


def _declare_none(_: ArgumentParser) -> None:
    pass


def _declare_doctor(parser: ArgumentParser) -> None:
    parser.add_argument("--sweep", action="store_true", help="also delete what nobody needs")
    parser.add_argument("--quick", action="store_true", help="read no file, only see it is there")
    parser.add_argument(
        "--accept-log",
        metavar="WHY",
        help="go on with an event log that its anchor does not vouch for; a line of it says why",
    )


def _doctor(asked: Namespace) -> Answer:
    from mll_core import doctor, housekeeping

    if asked.accept_log is not None:
        housekeeping.accept_log(Workspace.open(asked.home), asked.accept_log)
    if asked.sweep:
        housekeeping.sweep(Workspace.open(asked.home))
    found = doctor.examine(asked.home, quick=asked.quick, progress=_told)
    lines = [f"{line.mark:8} {line.what}: {line.said}" for line in found.lines]
    return Answer(found.to_json(), lines, DONE if found.well else WRONG_INPUT)


def _told(_: float, message: str) -> None:
    """Where the doctor is, for who sits at a terminal."""
    if sys.stderr.isatty():
        print(f"\r\033[K{message}", end="\r", file=sys.stderr, flush=True)


COMMANDS = {
    "": Command("Start the workbench.", _workbench, _declare_workbench),
    "ui": Command("Start the pages alone.", _ui, _declare_ui),
    "worker": Command("Start the worker alone.", _worker, _declare_none),
    "serve": Command("Start the scoring service alone.", _serve, _declare_serve),
    "doctor": Command(
        "Look whether all is well; exit code 2 when it is not.", _doctor, _declare_doctor
    ),
}
