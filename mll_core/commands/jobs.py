"""Commands about work in the background, and about work that is done by itself."""

from argparse import ArgumentParser, Namespace

from mll_core.commands.command import Answer, Command
from mll_core.domain.errors import InvalidParameter, NotFound
from mll_core.domain.job import Job
from mll_core.domain.schedule import EXAMPLES, Schedule
from mll_core.schedules import KINDS
from mll_core.workspace import Workspace

SHOW, STOP = "show", "stop"
SHORT = 8


def _declare_jobs(parser: ArgumentParser) -> None:
    parser.add_argument(
        "what", nargs="*", metavar="PROJECT | show ID | stop ID", help="else all projects"
    )


def _jobs(asked: Namespace) -> Answer:
    workspace = Workspace.open(asked.home)
    match asked.what:
        case [] | [_]:
            project = workspace.project(asked.what[0]).slug if asked.what else None
            return _list(workspace, project)
        case ["show", identity]:
            return _show(workspace, _find(workspace, identity))
        case ["stop", identity]:
            job = workspace.jobs.stop(_find(workspace, identity).id)
            return Answer(job.to_json(), [_line(workspace, job)])
    hint = "mll jobs [PROJECT], mll jobs show ID, or mll jobs stop ID."
    raise InvalidParameter(f"{' '.join(asked.what)!r} is not understood.", hint=hint)


def _list(workspace: Workspace, project: str | None) -> Answer:
    found = [workspace.jobs.get(job.id) for job in workspace.jobs.of(project)]
    lines = [_line(workspace, job) for job in found] or ["No work was asked for yet."]
    return Answer({"jobs": [job.to_json() for job in found]}, lines)


def _show(workspace: Workspace, job: Job) -> Answer:
    log = workspace.jobs.log(job.id).splitlines()
    lines = [_line(workspace, job)]
    if job.error:
        lines += [f"error: {job.error.get('message', '')}", f"hint: {job.error.get('hint', '')}"]
    return Answer({**job.to_json(), "log": log}, [*lines, *(f"  {line}" for line in log)])


def _line(workspace: Workspace, job: Job) -> str:
    place = f"number {job.place} in line: " if job.place else ""
    share = f"{job.progress:4.0%}" if job.status.live else "    "
    stopping = job.status.live and job.stop_requested
    status = "stopping" if stopping else job.status.value
    known = f"{job.id[:SHORT]} {status:8} {share}"
    asked = "a stop was asked for: " if stopping else ""
    return f"{known} {job.project:20} {job.kind:8} {place}{asked}{job.message}"


def _find(workspace: Workspace, start: str) -> Job:
    """The job whose id begins so. Raises NotFound, InvalidParameter."""
    found = [job for job in workspace.jobs.of(limit=10_000) if job.id.startswith(start)]
    if len(found) > 1:
        raise InvalidParameter(f"{start!r} begins several ids.", hint="Give more of it.")
    if not found:
        raise NotFound(f"There is no job {start!r}.", hint="mll jobs lists them.")
    return workspace.jobs.get(found[0].id)


def _declare_schedule(parser: ArgumentParser) -> None:
    parser.add_argument("action", choices=["add", "list", "pause", "resume", "remove"])
    parser.add_argument("project", metavar="PROJECT")
    parser.add_argument("id", nargs="?", metavar="ID", help="to pause, resume or remove")
    parser.add_argument("--every", metavar="RULE", help=f"such as {EXAMPLES}")
    parser.add_argument("--do", dest="work", choices=KINDS, help="what to do")
    parser.add_argument("--current", metavar="SOURCE", help="new rows: read anew each time")
    parser.add_argument("--labels", metavar="SOURCE", help="what really happened")
    parser.add_argument("--zone", metavar="ZONE", default="", help="such as Europe/Lisbon")


def _schedule(asked: Namespace) -> Answer:
    schedules = Workspace.open(asked.home).project(asked.project).schedules
    if asked.action == "list":
        found = schedules.all()
        lines = [_told(schedule) for schedule in found] or ["Nothing is done by itself."]
        return Answer({"schedules": [schedule.to_json() for schedule in found]}, lines)
    if asked.action == "add":
        if not asked.every or not asked.work:
            hint = "mll schedule add PROJECT --every 'day at 06:00' --do monitor --current FILE."
            raise InvalidParameter("What to do, and how often, is not said.", hint=hint)
        given = {"current": asked.current, "labels": asked.labels}
        made = schedules.add(asked.work, asked.every, asked.zone, **given)
        return Answer(made.to_json(), [_told(made)])
    if not asked.id:
        hint = f"mll schedule list {asked.project} shows the ids."
        raise InvalidParameter("Which one is not said.", hint=hint)
    if asked.action == "remove":
        schedules.remove(asked.id)
        return Answer({"removed": asked.id}, [f"{asked.id} is removed."])
    changed = (schedules.pause if asked.action == "pause" else schedules.resume)(asked.id)
    return Answer(changed.to_json(), [_told(changed)])


def _told(schedule: Schedule) -> str:
    rows = f" of {schedule.parameters['current']}" if "current" in schedule.parameters else ""
    then = f"next {schedule.next_due[:16]} UTC" if schedule.enabled else "paused"
    rule = f"{schedule.rule.sentence()} ({schedule.rule.zone})"
    return f"{schedule.id} {schedule.kind}{rows}, {rule}, {then}"


COMMANDS = {
    "jobs": Command("List work in the background, show or stop it.", _jobs, _declare_jobs),
    "schedule": Command("Do work by itself, again and again.", _schedule, _declare_schedule),
}
