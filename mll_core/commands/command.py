"""What a command is, and what it answers."""

from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mll_core.domain.errors import InvalidParameter
from mll_core.domain.source_address import asking

DONE, BUG, WRONG_INPUT, GATE_NOT_MET = 0, 1, 2, 3


@dataclass(frozen=True)
class Answer:
    """What a command came to: JSON for programs, lines for people, and the exit code."""

    value: Mapping[str, Any]
    lines: Sequence[str] = ()
    code: int = DONE


@dataclass(frozen=True)
class Command:
    """One command: its help, its arguments, and what it does."""

    help: str
    run: Callable[[Namespace], Answer]
    declare: Callable[[ArgumentParser], None] = lambda _: None


def subcommand(actions: Any, name: str, said: str) -> ArgumentParser:
    """One action of a command; it takes what every command takes."""
    made: ArgumentParser = actions.add_parser(name, help=said, description=said)
    made.add_argument("--home", default=SUPPRESS, help="the workspace folder; else MLL_HOME")
    made.add_argument("--json", action="store_true", default=SUPPRESS, help="one JSON document")
    return made


def settings(pairs: Sequence[str]) -> dict[str, Any]:
    """``dotted.path=value`` pairs; values are read as YAML, so 3 is a number and [a] a list.

    Raises InvalidParameter.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    found = {}
    for pair in pairs:
        path, equals, text = pair.partition("=")
        if not equals or not path:
            hint = "Such as --set split.test_share=0.3."
            raise InvalidParameter(f"--set {pair}: a path, '=' and a value are needed.", hint=hint)
        try:
            found[path] = YAML(typ="safe", pure=True).load(text)
        except YAMLError as error:
            hint = "Put quotes around text with special letters."
            raise InvalidParameter(f"--set {path}: {text!r} cannot be read.", hint=hint) from error
    return found


def declare_rows(parser: ArgumentParser) -> None:
    """Which rows of a database: ``--table`` or ``--query``."""
    parser.add_argument("--table", metavar="NAME", help="which table of a database")
    parser.add_argument("--query", metavar="SELECT", help="or one SELECT that gives the rows")


def rows_of(source: str, asked: Namespace) -> str:
    """The source with the table or query asked of it. Raises InvalidParameter."""
    return asking(source, table=asked.table, query=asked.query)
