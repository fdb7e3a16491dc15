"""The workbench from the command line: every command is a door onto the same engine.

Exit codes: 0 done; 2 the input is wrong (``error:`` and ``hint:`` on stderr), or the doctor found
problems; 3 done, but a gate is not met; 1 a bug, whose traceback is in the log.
"""

import json
import logging
import os
import sys
from argparse import SUPPRESS, ArgumentParser
from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import isfinite
from typing import Any, NoReturn

from mll_core.commands import COMMANDS
from mll_core.commands.command import BUG, WRONG_INPUT, Answer
from mll_core.domain.errors import InvalidParameter, MllError


class _Parser(ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise InvalidParameter(message, hint=f"See {self.prog} --help.")


def entry() -> NoReturn:
    """The ``mll`` command."""
    logging.captureWarnings(True)  # what libraries tell each other is nothing for who asked
    sys.exit(main(sys.argv[1:]))


def main(arguments: Sequence[str]) -> int:
    """Run one command; its exit code. Prints the answer, or the error and its hint."""
    try:
        _refuse_odd_bytes(arguments)
        asked = parser().parse_args(arguments)
        answer: Answer = asked.command(asked)
    except MllError as error:
        message = "; ".join(str(error).splitlines())
        print(f"error: {message}\nhint: {error.hint}", file=sys.stderr)
        return WRONG_INPUT
    except KeyboardInterrupt:
        return 130
    except Exception:
        return _bug(arguments)
    _show(answer, as_json=asked.json)
    return answer.code


def _show(answer: Answer, *, as_json: bool) -> None:
    try:
        if as_json:
            print(json.dumps(_plain(answer.value), ensure_ascii=False, allow_nan=False))
        elif answer.lines:
            print(*map(_harmless, answer.lines), sep="\n")
        sys.stdout.flush()
    except BrokenPipeError:  # who reads has seen enough, as ``| head`` has; Python flushes at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _refuse_odd_bytes(arguments: Sequence[str]) -> None:
    for number, argument in enumerate(arguments, 1):
        if any("\ud800" <= letter <= "\udfff" for letter in argument):
            what = f"Word {number} of the command has bytes that are no text in UTF-8."
            raise InvalidParameter(what, hint="Type it anew, or set the terminal to UTF-8.")


def _harmless(line: str) -> str:
    """Signs that steer a terminal are shown, not obeyed: the line may quote a stranger's file."""
    kept = (sign if sign.isprintable() or sign in "\t\n" else repr(sign)[1:-1] for sign in line)
    return "".join(kept)


def _bug(arguments: Sequence[str]) -> int:
    from mll_core.infra.logs import keep_traceback, start_log
    from mll_core.workspace import folder_of

    home = next((b for a, b in pairwise(arguments) if a == "--home"), None)
    start_log(folder_of(home), "mll")
    identity = keep_traceback(" ".join(_nobody(arguments)))
    print(f"error: Something went wrong inside the workbench (id {identity}).", file=sys.stderr)
    hint = f"logs/mll.log in the workspace has the details under {identity}; please report it."
    print(f"hint: {hint}", file=sys.stderr)
    return BUG


def _nobody(arguments: Sequence[str]) -> list[str]:
    """What may stand in a log: of ``erase``, only that it was asked."""
    return ["erase"] if "erase" in arguments else list(arguments)


def _plain(value: Any) -> Any:
    """JSON has no NaN and no infinity: they become null."""
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return None if isinstance(value, float) and not isfinite(value) else value


def parser() -> ArgumentParser:
    """Every command, with what it takes."""
    first = (__doc__ or "").splitlines()[0]
    top = _Parser(prog="mll", description=first, parents=[_common(None)])
    COMMANDS[""].declare(top)
    top.set_defaults(command=COMMANDS[""].run)
    groups: Any = top.add_subparsers(metavar="COMMAND")
    for name, command in COMMANDS.items():
        if name:
            options: Any = {"help": command.help, "description": command.help}
            sub = groups.add_parser(name, parents=[_common(SUPPRESS)], **options)
            command.declare(sub)
            sub.set_defaults(command=command.run)
    return top


def _common(default: str | None) -> "_Parser":
    """What every command takes, before its name or after; SUPPRESS keeps what came before."""
    common = _Parser(add_help=False)
    common.add_argument("--home", default=default, help="the workspace folder; else MLL_HOME")
    plain: Any = {"action": "store_true", "default": default or False}
    common.add_argument("--json", **plain, help="one JSON document on stdout")
    return common


if __name__ == "__main__":
    entry()
