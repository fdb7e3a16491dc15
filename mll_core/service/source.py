"""The deployments of a workspace: champions in memory, swapped in place when the alias moves."""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic, sleep, thread_time

from mll_core import trial
from mll_core.domain.document import DeploySection
from mll_core.domain.errors import MllError
from mll_core.domain.serving import LoggedRequest, ModelVersion, Outcome
from mll_core.domain.token import Scope
from mll_core.infra.personal import coded
from mll_core.infra.prediction_log import PredictionLog, folder_of
from mll_core.infra.scorer import Scorer
from mll_core.infra.scorer_loader import load
from mll_core.infra.tokens import Tokens
from mll_core.service.deployments import Serving
from mll_core.stages.deploy import json_schema
from mll_core.workspace import Workspace

LOG = logging.getLogger("mll.service")
EVERY = 1.0
_RETRY = 30.0
_REMEMBERED = 5.0
_LOOKS, _LOOK_AGAIN = 3, 0.15
_MOST = 1_000
_BRISK = 0.004


@dataclass(frozen=True)
class Deployment:
    """One address: whose champion answers there, and whether its requests are kept."""

    name: str
    project: str
    champion: ModelVersion | None
    log: PredictionLog | None
    personal: frozenset[str] = frozenset()
    """Columns whose values are logged as codes."""


class WorkspaceSource:
    """Looks at the catalog once a second, loads beside the running model, swaps the pointer.

    ``loopback``: only this machine can ask, so without any token the door is open.
    """

    def __init__(self, workspace: Workspace, *, loopback: bool) -> None:
        self.workspace = workspace
        self.loopback = loopback
        self._tokens = Tokens(workspace.database, workspace.actor)
        self._guarded = True
        self._event: int | None = None
        self._deployments: dict[str, Deployment] = {}
        self._serving: dict[str, tuple[str, Serving]] = {}
        self._logs: dict[str, PredictionLog] = {}
        self._failed: dict[str, float] = {}
        self._valid: dict[tuple[str, str], tuple[float, frozenset[Scope]]] = {}
        self._used: set[str] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="champions", daemon=True)

    def start(self) -> None:
        """Load what is there, then go on looking in a thread."""
        self._look()
        self._thread.start()

    def close(self) -> None:
        """Stop looking; write what is queued for the logs."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)
        for log in self._logs.values():
            log.close()

    def names(self) -> tuple[str, ...]:
        """All deployments: one per project that has or had a champion, and those still without."""
        return tuple(self._deployments)

    def expected(self) -> tuple[str, ...]:
        """The deployments that have a champion."""
        return tuple(name for name, found in self._deployments.items() if found.champion)

    def current(self, deployment: str) -> Serving | None:
        """What it serves now; None when no version is loaded."""
        found = self._serving.get(deployment)
        return found[1] if found else None

    def refused(self, deployment: str) -> int | None:
        """The champion's number when it could not be loaded; None when it could, or none is."""
        found = self._deployments.get(deployment)
        champion = found.champion if found else None
        if champion is None or _key(deployment, champion) not in self._failed:
            return None
        return champion.number

    def authorised(self, deployment: str, token: str | None, scope: Scope | None = None) -> bool:
        """Whether ``token`` opens it; a valid one is remembered until the catalog changes.

        That is seen within a second; what nobody changed, its expiry, within five.
        """
        if not self._guarded:
            return self.loopback
        if token is None:
            return False
        key, now = (deployment, token), monotonic()
        until, scopes = self._valid.get(key, (0.0, frozenset()))
        if until <= now:
            found = self._tokens.valid(deployment, token)
            if found is None:
                return False
            if len(self._valid) >= _MOST:
                self._valid.clear()
            scopes = frozenset(found.scopes)
            self._valid[key] = (now + _REMEMBERED, scopes)
            self._used.add(found.id)
        return scope is None or scope in scopes

    def record(self, deployment: str, request: LoggedRequest) -> None:
        """Queue a scored request for the log."""
        found = self._deployments.get(deployment)
        if found and found.log:
            found.log.put(coded(request, found.personal))

    def add_outcomes(self, deployment: str, outcomes: Sequence[Outcome]) -> list[bool]:
        """Keep late labels; False where the record is not in the log."""
        log = self._log_of(deployment)
        if log is None:
            return [False] * len(outcomes)
        kept = log.add_outcomes(outcomes)
        for _ in range(_LOOKS):
            if all(kept):
                break
            sleep(_LOOK_AGAIN)  # another worker's log may be a moment behind its answer
            late = [place for place, there in enumerate(kept) if not there]
            for place, there in zip(
                late, log.add_outcomes([outcomes[n] for n in late]), strict=True
            ):
                kept[place] = there
        return kept

    def dropped(self, deployment: str) -> int:
        """How many scored requests could not be logged."""
        log = self._log_of(deployment)
        return log.dropped + log.failed if log else 0

    def _log_of(self, deployment: str) -> PredictionLog | None:
        found = self._deployments.get(deployment)
        return found.log if found else None

    def refresh(self) -> None:
        """Take over what changed in the catalog; a model that cannot be loaded changes nothing."""
        newest = self.workspace.events(limit=1)
        number = newest[0].number if newest else 0
        again = any(at < monotonic() for at in self._failed.values())
        if number == self._event and not again:
            return
        self._valid.clear()
        self._guarded = not self.loopback or self._tokens.exist()
        self._deployments = self._found()
        for deployment in self._deployments.values():
            self._load(deployment)
        self._event = number

    def _run(self) -> None:
        while not self._stop.wait(EVERY):
            self._look()

    def _look(self) -> None:
        try:
            self.refresh()
            used, self._used = self._used, set()
            self._tokens.note_use(used)
        except MllError as refused:
            LOG.error("the catalog could not be read: %s What is loaded goes on serving.", refused)
        except Exception:
            LOG.exception("the catalog could not be read; what is loaded goes on serving")

    def _found(self) -> dict[str, Deployment]:
        found: dict[str, Deployment] = {}
        for summary in self.workspace.projects():
            project = self.workspace.project(summary.slug)
            section = project.document.deploy
            name = section.name or summary.slug
            if name in found:
                LOG.warning("%s: the address %s is taken", summary.slug, name)
                name = summary.slug
            log = self._log(name, section) if section.log_requests else None
            personal = frozenset(project.document.data.personal)
            champion = project.registry.champion()
            found[name] = Deployment(name, summary.slug, champion, log, personal)
        return found

    def _log(self, name: str, section: DeploySection) -> PredictionLog:
        if name not in self._logs:
            self._logs[name] = PredictionLog(folder_of(self.workspace.home, name))
        self._logs[name].retention_days = section.retention_days
        return self._logs[name]

    def _load(self, deployment: Deployment) -> None:
        version, name = deployment.champion, deployment.name
        if version is None:
            self._serving.pop(name, None)
            return
        key = _key(name, version)
        loaded = self._serving.get(name)
        if (loaded and loaded[0] == key) or self._failed.get(key, 0.0) > monotonic():
            return
        try:
            trial.before_use(self.workspace.models, deployment.project, version)
            scorer = load(self.workspace.models, self.workspace.objects, version.sha256)
            brisk = _is_brisk(scorer)  # and warm before it answers
        except MllError as refused:
            self._failed[key] = monotonic() + _RETRY
            LOG.error("%s: version %d is not served: %s", name, version.number, refused)
            return
        except Exception:
            self._failed[key] = monotonic() + _RETRY
            LOG.exception("%s: version %d is not served", name, version.number)
            return
        self._failed.pop(key, None)
        self._serving[name] = (key, Serving(version.number, scorer, brisk))


def _key(deployment: str, version: ModelVersion) -> str:
    return f"{deployment}:{version.number}:{version.sha256}"


def _is_brisk(scorer: Scorer) -> bool:
    """Whether a record costs less than four milliseconds, at the best of five."""
    record, costs = json_schema(scorer.model)["example"], []
    for _ in range(5):
        start = thread_time()
        scorer.score([record])
        costs.append(thread_time() - start)
    return min(costs) < _BRISK
