"""The engine: everything the workbench can do, with no user interface in it.

``from mll_core import Workspace`` is its front door. Imports run down this list only:

cli, commands      doors, with ``pages`` beside them
service, worker, supervisor
workspace, project the facade: what every door works with
lifecycle          the loop through the stages; freshness says what is stale
stages             the seven verbs; they never import one another
catalog            finds the plug-ins
plugins, infra     one file = one thing a person can pick; one heavy library per file
domain             frozen values, contracts, errors; no input or output
"""

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mll_core.workspace import Workspace

__all__ = ["Workspace"]

# Read when OpenMP is loaded. Threads that wait in a loop take a busy machine's cores from those
# they wait for: two threads then take ten times as long as one.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def __getattr__(name: str) -> Any:
    """Import the front door only when somebody walks through it."""
    if name == "Workspace":
        from mll_core.workspace import Workspace

        return Workspace
    raise AttributeError(f"module 'mll_core' has no attribute {name!r}")
