"""What is on the shelf: every plug-in, found by folder."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from inspect import getmembers, isabstract, isclass
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Any, TypeVar

from mll_core.domain.alert import Alert
from mll_core.domain.check import Check
from mll_core.domain.connector import Connector
from mll_core.domain.document import Brief
from mll_core.domain.ensemble import Ensemble
from mll_core.domain.errors import NotFound
from mll_core.domain.exporter import Exporter
from mll_core.domain.metric import Metric
from mll_core.domain.mitigation import Mitigation
from mll_core.domain.model import Model
from mll_core.domain.plugin import Plugin
from mll_core.domain.step import Step
from mll_core.domain.task import Task
from mll_core.domain.task_kind import TaskKind
from mll_core.domain.view import View

P = TypeVar("P", bound=Plugin)


def discover(family: str, contract: type[P]) -> Mapping[str, type[P]]:
    """Every class in ``family`` that keeps ``contract``, by kind. A broken file fails at start."""
    folder = f"mll_core.plugins.{family}"
    found: dict[str, type[P]] = {}
    for info in iter_modules(import_module(folder).__path__, f"{folder}."):
        for _, cls in getmembers(import_module(info.name), isclass):
            if cls.__module__ != info.name or not issubclass(cls, contract) or isabstract(cls):
                continue
            if found.setdefault(cls.name(), cls) is not cls:
                raise RuntimeError(f"{info.name}: kind {cls.name()!r} is already taken.")
    return MappingProxyType(found)


CONNECTORS = discover("connectors", Connector)
CHECKS = discover("checks", Check)
STEPS = discover("steps", Step)
MODELS = discover("models", Model)
ENSEMBLES = discover("ensembles", Ensemble)
MITIGATIONS = discover("mitigations", Mitigation)
METRICS = discover("metrics", Metric)
EXPORTERS = discover("exporters", Exporter)
ALERTS = discover("alerts", Alert)
VIEWS = discover("views", View)
TASKS = discover("tasks", TaskKind)


def task_asked(brief: Brief) -> TaskKind | None:
    """The task the brief asks for; None when it is to be judged from the target.

    Another field may state it, such as a quantile, unless other answers are asked for by name.
    """
    named = TASKS[brief.task].of() if brief.task in TASKS else None
    stated = (cls.of() for cls in TASKS.values() if named is None or cls.task is named.task)
    return next((kind for kind in stated if kind.stated(brief)), named)


def task_of(brief: Brief, task: Task) -> TaskKind:
    """The task the brief asks for; the plain one for such answers where it leaves it open."""
    asked = task_asked(brief)
    return TASKS[task].of() if asked is None or asked.task is not task else asked


FAMILIES: Mapping[str, Mapping[str, type[Plugin]]] = MappingProxyType(
    {
        "connectors": CONNECTORS,
        "checks": CHECKS,
        "steps": STEPS,
        "models": MODELS,
        "ensembles": ENSEMBLES,
        "mitigations": MITIGATIONS,
        "metrics": METRICS,
        "exporters": EXPORTERS,
        "alerts": ALERTS,
        "views": VIEWS,
        "tasks": TASKS,
    }
)


def read_steps(entries: Sequence[Mapping[str, Any]]) -> tuple[Step, ...]:
    """The steps that plain data names. Raises NotFound, InvalidParameter."""
    for entry in entries:
        if entry.get("kind") not in STEPS:
            raise NotFound.named("step", str(entry.get("kind")), STEPS)
    return tuple(STEPS[entry["kind"]].of(**entry) for entry in entries)
