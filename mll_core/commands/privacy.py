"""Commands about people: who is to be forgotten."""

from argparse import ArgumentParser, Namespace

from mll_core.commands.command import Answer, Command
from mll_core.domain.subject import Erased, Found, Subject
from mll_core.infra.teller import Teller
from mll_core.workspace import Workspace


def _declare_erase(parser: ArgumentParser) -> None:
    parser.add_argument("project", metavar="PROJECT", help="a slug")
    parser.add_argument(
        "--where",
        action="append",
        default=[],
        metavar="column=value",
        help="whose rows; give it again for rows that meet all of them",
    )
    parser.add_argument("--reason", default="", metavar="TEXT", help="kept with the erasure")
    parser.add_argument("--dry-run", action="store_true", help="count, and change nothing")


def _erase(asked: Namespace) -> Answer:
    project = Workspace.open(asked.home).project(asked.project)
    subject = Subject.of(asked.where)
    if asked.dry_run:
        found = project.erasure.look(subject)
        lines = [
            f"rows:     {found.rows:,} in the newest data version",
            f"versions: {found.versions:,} data versions hold them",
            f"files:    {found.files:,} uploaded files",
            f"requests: {found.requests:,} logged records",
            f"models:   {_learned(found)} learned from them",
            *(f"stays:    {sentence}" for sentence in found.elsewhere),
        ]
        return Answer(found.to_json(), lines)
    done = project.erasure.erase(subject, asked.reason, Teller())
    beside = 1 if done.shared else 0
    lines = [
        *(f"shared:   {sentence}" for sentence in done.elsewhere[:beside]),
        f"erased:   {done.rows:,} rows of the newest data version, {done.versions:,} versions, "
        f"{done.files:,} files, {done.requests:,} logged records, {done.entries:,} entries",
        f"models:   {_learned(done)} learned from them{': train again' * bool(done.trainings)}",
        *([f"withdrawn: {_numbers(done.withdrawn)}"] if done.withdrawn else []),
        *(f"stays:    {sentence}" for sentence in done.elsewhere[beside:]),
        f"proof:    {done.id}, subject {done.subject[:16]}",
    ]
    return Answer(done.to_json(), lines)


def _learned(counted: Found | Erased) -> str:
    trained = f"{counted.trainings:,} training{'s' * (counted.trainings != 1)}"
    return f"{trained} ({_numbers(counted.models)})" if counted.models else trained


def _numbers(versions: tuple[int, ...]) -> str:
    return ", ".join(f"version {number}" for number in versions) or "none"


COMMANDS = {
    "erase": Command("Erase a person from a project.", _erase, _declare_erase),
}
