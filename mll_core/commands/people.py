"""Commands about people and programs: accounts, roles, tokens."""

import getpass
import sys
from argparse import ArgumentParser, Namespace

from mll_core.commands.command import Answer, Command, subcommand
from mll_core.domain.errors import InvalidParameter, NotFound
from mll_core.domain.identity import EVERYWHERE, Role
from mll_core.domain.token import Scope, Token
from mll_core.workspace import Workspace

DAYS = 90


def _declare_account(parser: ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    subcommand(actions, "setup", "print a token that makes the first admin, once")
    subcommand(actions, "list", "every account")
    create = subcommand(actions, "create", "a new account")
    create.add_argument("name", metavar="NAME")
    create.add_argument("--role", choices=[role.value for role in Role])
    create.add_argument("--project", default=EVERYWHERE, metavar="P", help="else: everywhere")
    password = subcommand(actions, "password", "a new password")
    password.add_argument("name", metavar="NAME")
    for action in (create, password):
        action.add_argument(
            "--password-stdin", action="store_true", help="read the password from standard input"
        )
    subcommand(actions, "disable", "no more sign-in").add_argument("name", metavar="NAME")


def _account(asked: Namespace) -> Answer:
    workspace = Workspace.open(asked.home)
    return _ACCOUNT[asked.action](workspace, asked)


def _setup(workspace: Workspace, _: Namespace) -> Answer:
    token = workspace.setting_up.token()
    said = "It makes the first admin at the pages, once, within 24 hours; it is not shown again."
    return Answer({"token": token}, [token, said])


def _accounts(workspace: Workspace, _: Namespace) -> Answer:
    found = workspace.accounts.all()
    lines = [
        f"{account.name:30} {account.created[:10]}"
        f" {'disabled' if account.disabled else 'external' if account.external else ''}".rstrip()
        for account in found
    ]
    return Answer(
        {"accounts": [account.to_json() for account in found]}, lines or ["No accounts yet."]
    )


def _create(workspace: Workspace, asked: Namespace) -> Answer:
    if asked.role is None and asked.project != EVERYWHERE:
        raise InvalidParameter("A project is named, but no role in it.", hint="Add --role.")
    if asked.project != EVERYWHERE:
        workspace.project(asked.project)
    account = workspace.accounts.create(asked.name, _password(asked))
    lines = [f"created:  {account.name}"]
    if asked.role is not None:
        member = workspace.members.give(account.name, Role(asked.role), asked.project)
        lines.append(f"role:     {member.role} {_where(member.project)}")
    return Answer(account.to_json(), lines)


def _new_password(workspace: Workspace, asked: Namespace) -> Answer:
    workspace.accounts.set_password(asked.name, _password(asked))
    return Answer({"account": asked.name}, ["Done; every session of this account is over."])


def _disable(workspace: Workspace, asked: Namespace) -> Answer:
    workspace.accounts.disable(asked.name)
    return Answer({"account": asked.name}, ["Done; every session of this account is over."])


_ACCOUNT = {
    "setup": _setup,
    "list": _accounts,
    "create": _create,
    "password": _new_password,
    "disable": _disable,
}


def _password(asked: Namespace) -> str:
    """From standard input, or typed twice unseen; never from the command line, which others see."""
    if asked.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        hint = "Give it with --password-stdin."
        raise InvalidParameter("There is nobody to ask for the password.", hint=hint)
    first = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != first:
        raise InvalidParameter("The two are not the same.", hint="Type it again.")
    return first


def _declare_member(parser: ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    give = subcommand(actions, "give", "give a role, in place of the one there was")
    give.add_argument("name", metavar="NAME", help="an account, or an e-mail address to come")
    give.add_argument("role", choices=[role.value for role in Role])
    take = subcommand(actions, "take", "take a role away, at once")
    take.add_argument("name", metavar="NAME")
    shown = subcommand(actions, "list", "every role")
    for action in (give, take):
        action.add_argument("--project", default=EVERYWHERE, metavar="P", help="else: everywhere")
    shown.add_argument("--project", metavar="P", help="else: all")


def _member(asked: Namespace) -> Answer:
    members = Workspace.open(asked.home).members
    if asked.action == "list":
        found = members.all(asked.project)
        lines = [f"{m.account:30} {m.role:9} {_where(m.project)}" for m in found]
        return Answer({"members": [m.to_json() for m in found]}, lines or ["No roles yet."])
    if asked.action == "give":
        given = members.give(asked.name, Role(asked.role), asked.project)
        return Answer(given.to_json(), [f"{given.account}: {given.role} {_where(given.project)}"])
    members.take(asked.name, asked.project)
    return Answer({"account": asked.name}, [f"{asked.name}: no role {_where(asked.project)}"])


def _where(project: str) -> str:
    return "everywhere" if project == EVERYWHERE else f"in {project}"


def _declare_token(parser: ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    create = subcommand(actions, "create", "a new token, shown once")
    create.add_argument("--deployment", required=True, metavar="D")
    scopes = [scope.value for scope in Scope]
    create.add_argument("--scope", action="append", choices=scopes, help="else: all; repeatable")
    create.add_argument("--days", type=float, default=DAYS, metavar="N", help=f"else: {DAYS}")
    create.add_argument("--label", default="", metavar="TEXT", help="what it is for")
    subcommand(actions, "list", "every token, without what opens")
    subcommand(actions, "revoke", "end a token").add_argument("id", metavar="ID")


def _token(asked: Namespace) -> Answer:
    workspace = Workspace.open(asked.home)
    if asked.action == "list":
        found = workspace.tokens.all()
        return Answer(
            {"tokens": [token.to_json() for token in found]},
            [_line(token) for token in found] or ["No tokens yet."],
        )
    if asked.action == "revoke":
        ended = workspace.tokens.revoke(asked.id)
        return Answer(ended.to_json(), [f"{ended.id} opens nothing any more."])
    projects = (workspace.project(summary.slug) for summary in workspace.projects())
    names = {project.deployment.name: project.slug for project in projects}
    if asked.deployment not in names:
        raise NotFound.named("deployment", asked.deployment, sorted(names))
    token = workspace.tokens.create(
        asked.deployment,
        names[asked.deployment],
        scopes=[Scope(scope) for scope in asked.scope or Scope],
        days=asked.days,
        label=asked.label,
    )
    value = {"deployment": asked.deployment, "token": token}
    return Answer(value, [token, "Keep it: it is stored hashed and cannot be shown again."])


def _line(token: Token) -> str:
    until = f"revoked {token.revoked[:10]}" if token.revoked else f"until {token.expires[:10]}"
    used = f"used {token.used}" if token.used else "never used"
    scopes = ",".join(token.scopes)
    return f"{token.id} {token.deployment:20} {scopes:24} {until} {used} {token.label}".rstrip()


COMMANDS = {
    "account": Command("Who can sign in at the pages.", _account, _declare_account),
    "member": Command("Who has which role where.", _member, _declare_member),
    "token": Command("Tokens of the scoring service.", _token, _declare_token),
}
