"""What one must be allowed to do for each kind of event: the one table of who may write what."""

from collections.abc import Mapping
from types import MappingProxyType

from mll_core.domain.errors import Forbidden
from mll_core.domain.identity import EVERYWHERE, Actor, Permission, Role, permissions

NEEDED: Mapping[str, Permission | None] = MappingProxyType(
    {
        "project.created": Permission.EDIT,
        "document.saved": Permission.EDIT,
        "brief.signed_off": Permission.APPROVE,
        "data.checked": Permission.VIEW,
        "column.judged": Permission.EDIT,
        "leaks.checked": Permission.RUN,
        "mitigations.tried": Permission.RUN,
        "steps.weighed": Permission.RUN,
        "target.shuffled": Permission.RUN,
        "features.sought": Permission.RUN,
        "collect.done": Permission.RUN,
        "table.read": Permission.RUN,
        "business.done": Permission.RUN,
        "prepare.done": Permission.RUN,
        "prepared.made": Permission.RUN,
        "train.done": Permission.RUN,
        "criteria.sealed": Permission.RUN,
        "test.opened": Permission.RUN,
        "test.redrawn": Permission.RUN,
        "evaluate.done": Permission.RUN,
        "evidence.seen": Permission.VIEW,
        "room.guessed": Permission.VIEW,
        "evidence.worked_out": Permission.RUN,
        "scenario.kept": Permission.EDIT,
        "scenario.removed": Permission.EDIT,
        "monitor.done": Permission.RUN,
        "comparison.done": Permission.RUN,
        "model.registered": Permission.RUN,
        "model.approved": Permission.APPROVE,
        "model.promoted": Permission.APPROVE,
        "model.rolled_back": Permission.APPROVE,
        "deploy.done": Permission.APPROVE,
        "job.queued": Permission.RUN,
        "job.stop_requested": Permission.RUN,
        "job.done": None,
        "job.failed": None,
        "job.stopped": None,
        "schedule.added": Permission.RUN,
        "schedule.paused": Permission.RUN,
        "schedule.resumed": Permission.RUN,
        "schedule.removed": Permission.RUN,
        "schedule.refused": None,
        "query.asked": Permission.QUERY,
        "token.created": Permission.ADMINISTER,
        "token.revoked": Permission.ADMINISTER,
        "erasure.ordered": Permission.ADMINISTER,
        "erasure.moved": Permission.ADMINISTER,
        "erasure.done": Permission.ADMINISTER,
        "retention.applied": None,
        "account.created": Permission.ADMINISTER,
        "account.password_set": Permission.ADMINISTER,
        "account.disabled": Permission.ADMINISTER,
        "account.set_up": Permission.ADMINISTER,
        "account.joined": None,
        "account.password_changed": None,
        "account.signed_in": None,
        "account.signed_out": None,
        "account.refused": None,
        "role.given": Permission.ADMINISTER,
        "role.taken": Permission.ADMINISTER,
        "secret.set": Permission.ADMINISTER,
        "secret.removed": Permission.ADMINISTER,
        "upload.brought": None,
        "access.refused": None,
        "log.accepted": Permission.ADMINISTER,
    }
)
"""None: told by the engine itself about somebody, whatever they may do."""

EVERYWHERE_ONLY = frozenset({"project.created"})
"""What a role in one project does not allow."""

_DOING: Mapping[Permission, str] = MappingProxyType(
    {
        Permission.VIEW: "look at",
        Permission.EDIT: "change",
        Permission.RUN: "run work in",
        Permission.QUERY: "query the tables of",
        Permission.APPROVE: "sign off, approve or promote in",
        Permission.ADMINISTER: "administer",
    }
)


def needed(kind: str) -> Permission | None:
    """The permission an event needs. Raises LookupError for a kind that nobody declared."""
    if kind not in NEEDED:
        raise LookupError(f"No permission is declared for events of the kind {kind!r}.")
    return NEEDED[kind]


def demand(actor: Actor, permission: Permission, project: str | None) -> None:
    """Raises Forbidden when ``actor`` may not; None as project: what belongs to no project."""
    if actor.may(permission, project):
        return
    held = actor.roles.get(project or EVERYWHERE) or actor.roles.get(EVERYWHERE)
    where = f"the project {project!r}" if project else "what belongs to all projects"
    least = next(role for role in Role if permission in permissions(role))
    none = "no role" if project or not actor.roles else "no role in all projects"
    what = f"{actor.name} ({held or none}) may not {_DOING[permission]} {where}."
    to, place = (f" --project {project}", "this project") if project else ("", "all projects")
    hint = (
        f"An admin can give the role {least} in {place} on the page People, "
        f"or by: mll member give {actor.name} {least}{to}."
    )
    raise Forbidden(what, hint=hint)
