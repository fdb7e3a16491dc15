"""The same pages for tasks without a target: groups, and rows that stand out."""

from pathlib import Path

import pytest
from page_cases import cards, open_page, texts
from projects import csv

from mll_core.reproduction import reproduce
from mll_core.workspace import Workspace

STAGES = ("business", "train", "evaluate", "deploy", "monitor", "story")
QUICK = {
    "train.models": [{"kind": "k_means", "groups": 3}],
    "evaluate.resamples": 100,
    "brief.question": "Which kinds of customers are there?",
}
ODD = {
    "train.models": [{"kind": "isolation_forest", "trees": 20}],
    "evaluate.resamples": 100,
    "brief.question": "Which customers are unusual?",
}


@pytest.mark.parametrize(
    ("task", "settings", "said"),
    [("clustering", QUICK, "Group 1"), ("anomaly", ODD, "in the queue")],
    ids=["clustering", "anomaly"],
)
def test_every_stage_speaks_of_what_was_found(
    empty: Workspace, tmp_path: Path, task: str, settings: dict[str, object], said: str
) -> None:
    project = empty.create_project("Kinds", str(csv(tmp_path)), task=task, settings=settings)
    project.run("evaluate")
    project.deployment.approve("Ana", "head", "fine")
    project.deployment.promote()
    rows = str(csv(tmp_path, seed=1))
    training = project.results.training()
    assert training is not None
    assert reproduce(project, training, training.run_id)["identical"]
    assert project.deployment.score(rows, tmp_path / "scored.csv", proba=True) == 400
    seen = project.watching.monitor(rows)
    assert seen.rows == 400
    for name in STAGES:
        page = open_page(name, project=project.slug)
        assert not cards(page), name
        if name in ("train", "evaluate"):
            assert said in texts(page), name
        assert "unfair decisions" not in texts(page)  # found groups are none that is protected
    report = project.report()
    assert report is not None
    assert (report.grouping is not None) == (task == "clustering")
    assert (report.oddness is not None) == (task == "anomaly")
