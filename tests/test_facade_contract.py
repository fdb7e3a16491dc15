"""Deny by default: whatever a door can call says what one must be allowed to do for it."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from functools import cached_property
from types import ModuleType
from typing import Any

import pytest

import mll_core
from mll_core.infra.guard import declared

INSIDE = {"commands", "domain", "infra", "plugins", "service", "stages"}
"""What doors do not call, or are doors."""
MODULES = [
    importlib.import_module(f"mll_core.{module.name}")
    for module in pkgutil.iter_modules(mll_core.__path__)
    if module.name not in INSIDE
]
NO_DOORS = {"Charge", "Supervisor", "Worker"}
"""They keep processes alive on the machine, and know nobody who could be refused."""
ASKS_ITSELF = {
    "Workspace.open": "who can open the folder owns it",
    "Workspace.on_behalf_of": "refuses accounts",
    "Workspace.projects": "shows those that may be seen",
    "Workspace.project": "shows those that may be seen",
    "Workspace.project_of_run": "looks in those that may be seen",
    "Workspace.project_of_job": "asks for the author of the job",
    "Workspace.events": "shows those of projects that may be seen",
    "Workspace.accounts": "asks in each of its own methods",
    "Workspace.setting_up": "asks in each of its own methods",
    "Workspace.members": "asks in each of its own methods",
    "Workspace.tokens": "asks in each of its own methods",
    "Workspace.models": "the machine's own, of no project",
    "Workspace.rooms": "what projects work with; each of its parts asks when it writes",
}


def classes() -> Iterator[type]:
    for module in MODULES:
        for name, cls in vars(module).items():
            mine = inspect.isclass(cls) and cls.__module__ == module.__name__
            if mine and not name.startswith("_") and not is_value(cls) and name not in NO_DOORS:
                yield cls


def is_value(cls: type) -> bool:
    return hasattr(cls, "model_fields") or hasattr(cls, "__dataclass_fields__")


def methods(cls: type) -> Iterator[tuple[str, Any]]:
    for name, found in vars(cls).items():
        callable_ = inspect.isfunction(found) or isinstance(
            found, property | cached_property | classmethod | staticmethod
        )
        if callable_ and not name.startswith("_"):
            yield name, found


def functions() -> Iterator[tuple[str, Any]]:
    """Those that are given a project or a workspace to work on."""
    for module in MODULES:
        for name, function in vars(module).items():
            if not inspect.isfunction(function) or function.__module__ != module.__name__:
                continue
            given = next(iter(inspect.signature(function).parameters.values()), None)
            if given and not name.startswith("_") and is_facade(given.annotation, module):
                yield f"{module.__name__}.{name}", function


def is_facade(annotation: Any, module: ModuleType) -> bool:
    return getattr(annotation, "__name__", annotation) in ("Project", "Workspace")


METHODS = [(f"{cls.__name__}.{name}", m) for cls in classes() for name, m in methods(cls)]


def test_the_walk_finds_the_doors() -> None:
    found = {cls.__name__ for cls in classes()}
    assert {"Workspace", "Project", "History", "Results", "Deployment", "Watching"} <= found
    assert set(ASKS_ITSELF) <= {name for name, _ in METHODS}
    assert "mll_core.reproduction.reproduce" in dict(functions())


@pytest.mark.parametrize(
    ("name", "method"),
    [*METHODS, *functions()],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_public_method_declares_its_permission(name: str, method: Any) -> None:
    if name in ASKS_ITSELF:
        assert declared(method) is None
    else:
        assert declared(method) is not None, f"{name}: add @needs(Permission. ...)"
