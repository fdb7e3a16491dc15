"""The demo project: subscription churn, finished through all seven stages."""

import os
import sys
from pathlib import Path
from typing import Any

from data.churn import write_churn
from mll_core.domain.connector import Progress, quiet
from mll_core.domain.identity import Permission
from mll_core.domain.worth import FEWEST_SHUFFLES
from mll_core.infra import locks
from mll_core.infra.guard import needs
from mll_core.infra.logs import start_log
from mll_core.infra.processes import die_with_parent
from mll_core.infra.teller import Teller
from mll_core.project import Project
from mll_core.workspace import Workspace

NAME = "Churn demo"
LOCK = Path("locks") / "demo"
"""Held in the workspace while the demo is being built."""
BRIEF: dict[str, Any] = {
    "brief.question": "Which customers will leave us in the next four weeks?",
    "brief.decision": "Every Monday the retention team calls the customers most likely to leave.",
    "brief.unit": "one customer on one Monday",
    "brief.positive": "yes",
    "brief.capacity": {"count": 200, "period": "week", "cases_per_period": 1500},
    "brief.values": {
        "currency": "EUR",
        "true_positive": 55.0,
        "false_positive": -12.0,
        "false_negative": 0.0,
        "true_negative": 0.0,
        "per_unit_of_error": None,
    },
    "brief.primary_metric": "roc_auc",
    "brief.criteria": [
        {"metric": "roc_auc", "at_least": 0.75, "at_most": None, "on": "test", "group": None},
        {"metric": "roc_auc", "at_least": 0.7, "at_most": None, "on": "test", "group": "gender"},
    ],
    "brief.stakeholders": [
        {"name": "Ana Silva", "role": "Head of retention"},
        {"name": "Ben Roth", "role": "Data protection"},
    ],
    "brief.constraints": ["Nobody may be left out of an offer because of gender or age."],
    "brief.protected": ["gender", "age"],
    "data.keys": ["customer_id"],
}
TREATED = ("disguised_missing", "blanks_around", "mixed_case")
"""Findings an analyst who knows this company would accept."""
WATCHED = (2, 8)
"""Weeks that are watched: one that is calm, and one that has drifted."""


@needs(Permission.EDIT)
def build(workspace: Workspace, progress: Progress = quiet, *, budget: float = 20) -> Project:
    """Make the demo project and take it through all seven stages."""
    files = write_churn(workspace.home / "uploads" / "demo")
    project = workspace.create_project(
        NAME, str(files.train), target="churned", budget=budget, settings=BRIEF
    )
    for finding in project.results.findings():
        if finding.fix and finding.code in TREATED:
            project.apply(finding.fix)
    project.sign_off("Ana Silva", "Head of retention", "Agreed.")
    project.run("evaluate", progress=progress)
    project.worth.check_leaks(progress=progress)
    project.worth.shuffle(FEWEST_SHUFFLES, progress=progress)
    project.deployment.approve("Ana Silva", "Head of retention", "Go for the pilot.")
    project.deployment.promote()
    for week in WATCHED:
        progress(1.0, f"Watching week {week}")
        current, labels = files.weeks[week - 1], files.outcomes[week - 1]
        project.watching.monitor(str(current), str(labels))
    return project


def main(home: Path) -> None:
    """Build the demo in a workspace and say how far it is."""
    start_log(home, "demo")
    with locks.held(home / LOCK, what="The building of the demo project"):
        project = build(Workspace.open(home, actor="demo"), Teller())
    print(f"The demo project is ready: {project.slug}", flush=True)


if __name__ == "__main__":
    if os.environ.get("MLL_SUPERVISED"):
        die_with_parent()
    main(Path(sys.argv[1]))
