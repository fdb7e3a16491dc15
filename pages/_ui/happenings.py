"""What happened, in words: the log is kept in kinds and details, and read by people."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from pages._ui import numbers

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "project.created": "Started the project",
        "document.saved": "Changed the project",
        "brief.signed_off": "Signed off the question",
        "data.checked": "Checked the data",
        "table.read": "Read another table",
        "column.judged": "Decided about a suspicious column",
        "leaks.checked": "Looked into suspicious columns",
        "mitigations.tried": "Tried ways to be fairer",
        "steps.weighed": "Measured what each step is worth",
        "target.shuffled": "Tried the pipeline on shuffled answers",
        "features.sought": "Looked for useful new columns",
        "collect.done": "Collected the data",
        "business.done": "Settled the question",
        "prepare.done": "Prepared and split the data",
        "prepared.made": "Prepared the whole table",
        "train.done": "Trained models",
        "criteria.sealed": "Sealed the success criteria",
        "test.opened": "Opened the sealed test",
        "test.redrawn": "Drew the sealed test anew",
        "evaluate.done": "Judged the model",
        "evidence.seen": "Looked closer at the model",
        "room.guessed": "Guessed a case before the model's answer was shown",
        "evidence.worked_out": "Worked out evidence about the model",
        "scenario.kept": "Kept a scenario",
        "scenario.removed": "Deleted a scenario",
        "monitor.done": "Compared new data",
        "comparison.done": "Compared two models",
        "model.registered": "Kept a model version",
        "model.approved": "Approved a model version",
        "model.promoted": "Put a model version to work",
        "model.rolled_back": "Went back to the version before",
        "deploy.done": "Deployed the model",
        "job.queued": "Asked for work",
        "job.stop_requested": "Asked work to stop",
        "job.done": "Work was finished",
        "job.failed": "Work failed",
        "job.stopped": "Work was stopped",
        "schedule.added": "Planned work to come again",
        "schedule.paused": "Paused planned work",
        "schedule.resumed": "Resumed planned work",
        "schedule.removed": "Removed planned work",
        "schedule.refused": "Planned work was not begun",
        "query.asked": "Asked the data",
        "token.created": "Made a token for the service",
        "token.revoked": "Ended a token of the service",
        "erasure.ordered": "Began to erase a person",
        "erasure.moved": "Renamed data without an erased person",
        "erasure.done": "Erased a person",
        "retention.applied": "Deleted what was kept long enough",
        "account.created": "Made an account",
        "account.password_set": "Set somebody's password",
        "account.disabled": "Disabled an account",
        "account.set_up": "Made a key for the first account",
        "account.joined": "Came for the first time",
        "account.password_changed": "Changed the own password",
        "account.signed_in": "Signed in",
        "account.signed_out": "Signed out",
        "account.refused": "Was not let in",
        "role.given": "Gave a role",
        "role.taken": "Took a role away",
        "secret.set": "Kept a secret",
        "secret.removed": "Removed a secret",
        "log.accepted": "Went on with a log whose end nobody vouches for",
        "upload.brought": "Brought a file",
        "access.refused": "Was refused",
    }
)
"""One for every kind of event that anybody may write."""

_SAID = ("sql", "reason", "what", "name")
"""What speaks for itself, without its name before it."""
_HASH = re.compile(r"\b([0-9a-f]{8})[0-9a-f]{4,}\b")


def kind(name: str) -> str:
    """What was done; the kind itself when it has no words."""
    return KINDS.get(name, name.replace(".", " ").replace("_", " "))


def told(detail: Mapping[str, Any]) -> str:
    """A detail in words: sentences first, fingerprints last and cut to eight signs."""
    parts = sorted(_parts(detail), key=lambda part: part[0])
    return ", ".join(text for _, text in parts)


def _parts(detail: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    for name, value in detail.items():
        if isinstance(value, Mapping):
            yield from _parts(value)
        elif isinstance(value, list | tuple):
            if value:
                yield from _parts({name: ", ".join(map(str, value))})
        elif value is not None and value != "":
            plain = numbers.plain(value)
            text = plain if name in _SAID else f"{name.replace('_', ' ')} {plain}"
            short = _HASH.sub(r"\1", text)
            yield (0 if name in _SAID else 2 if short != text else 1), short
