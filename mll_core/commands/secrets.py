"""Commands about the secrets of sources: their values are typed or piped in, never shown."""

import sys
from argparse import ArgumentParser, Namespace
from getpass import getpass

from mll_core.commands.command import Answer, Command
from mll_core.domain.errors import InvalidParameter
from mll_core.domain.secret import Secret
from mll_core.infra import events
from mll_core.workspace import Workspace


def _declare(parser: ArgumentParser) -> None:
    parser.add_argument("action", choices=["set", "list", "remove"])
    parser.add_argument("name", nargs="?", metavar="NAME")
    parser.add_argument("--host", help="the host it belongs to; it is sent to no other")


def _secret(asked: Namespace) -> Answer:
    if asked.action == "list":
        return _list(asked)
    if not asked.name:
        hint = f"Such as: mll secret {asked.action} warehouse"
        raise InvalidParameter("A secret needs a name.", hint=hint)
    return _set(asked) if asked.action == "set" else _remove(asked)


def _list(asked: Namespace) -> Answer:
    from mll_core.infra.secret_store import SecretStore

    names = SecretStore().names()
    rows = [{"name": name, "host": host} for name, host in names.items()]
    lines = [f"{name:30} {host}" for name, host in names.items()] or ["No secret is kept."]
    return Answer({"secrets": rows}, lines)


def _set(asked: Namespace) -> Answer:
    from mll_core.infra.secret_store import SecretStore

    if not asked.host:
        hint = f"Say which: mll secret set {asked.name} --host db.example.org"
        raise InvalidParameter("A secret belongs to one host.", hint=hint)
    typed = sys.stdin.isatty()
    value = getpass(f"Value of {asked.name}: ") if typed else sys.stdin.readline().rstrip("\r\n")
    if not value:
        raise InvalidParameter("No value was given.", hint="Type it, or pipe it in as one line.")
    workspace = Workspace.open(asked.home)
    with workspace.database.write() as connection:
        detail = {"name": asked.name, "host": asked.host}
        events.append(connection, "secret.set", None, workspace.actor, **detail)
        SecretStore().keep(asked.name, Secret(value), asked.host)
    line = f"Kept. Write {{secret:{asked.name}}} where the value belongs in an address."
    return Answer({"name": asked.name, "host": asked.host}, [line])


def _remove(asked: Namespace) -> Answer:
    from mll_core.infra.secret_store import SecretStore

    workspace = Workspace.open(asked.home)
    with workspace.database.write() as connection:
        events.append(connection, "secret.removed", None, workspace.actor, name=asked.name)
        SecretStore().remove(asked.name)
    return Answer({"name": asked.name}, [f"The secret {asked.name!r} is forgotten."])


COMMANDS = {"secret": Command("Keep a password of a source, encrypted.", _secret, _declare)}
