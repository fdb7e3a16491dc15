"""The product against AutoGluon, FLAML and MLJAR: six sets, one cut, so many seconds each.

The cut (a quarter is the test, ids and known leaks are dropped, seed 811) is that of the recorded
figures, which peers reached with two cores in 60 seconds. Here seconds of computing are
counted, so that a busy machine decides nothing: ``MLL_CONTEST_SECONDS`` of one core in all, half of
what the peers may have used. ``MLL_CONTEST_WALL=1`` counts the clock instead, with all cores.
``MLL_CONTEST_SETS`` names some of the sets, ``MLL_CONTEST_RECOMMEND=simplest`` takes the model that
is recommended when nothing is said. ``MLL_CONTEST_PEERS`` runs peers too, in the same run, as
``name=python:script`` by commas; a script takes a folder with train.csv and test.csv, the target,
the task and the seconds (``contest_peer.py`` keeps what it says of the test). Each line is printed
as it comes, and kept in ``MLL_CONTEST_OUT`` with what everybody said of the test.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from real_data import real
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

from mll_core import lifecycle
from mll_core.project import Project
from mll_core.stages import train
from mll_core.workspace import Workspace

pytestmark = pytest.mark.bench

SECONDS = float(os.environ.get("MLL_CONTEST_SECONDS", "60"))
WALL = bool(os.environ.get("MLL_CONTEST_WALL"))
RECOMMEND = os.environ.get("MLL_CONTEST_RECOMMEND", "best")
DRAWS = 500
RECORDED = ("AutoGluon", "FLAML", "MLJAR")
PART = "part of the contest"


@dataclass(frozen=True)
class Contest:
    """A set: where it comes from, what is predicted, and what the peers reached in 60 seconds."""

    file: str
    target: str
    dropped: tuple[str, ...] = ()
    separator: str = ","
    classes: bool = True
    recorded: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """AutoGluon (best_quality), FLAML, MLJAR (Compete)."""


SETS = {
    "adult": Contest("adult.csv", "income", recorded=(0.9308, 0.9307, 0.9314)),
    "telco": Contest(
        "telco_customer_churn.csv", "Churn", ("customerID",), recorded=(0.8572, 0.8550, 0.8588)
    ),
    "bank": Contest(
        "bank_additional_full.csv", "y", ("duration",), ";", recorded=(0.8138, 0.8101, 0.8139)
    ),
    "bike": Contest(
        "bike_sharing_hour.csv",
        "cnt",
        ("casual", "registered", "instant"),
        classes=False,
        recorded=(41.39, 35.10, 35.46),
    ),
    "california": Contest(
        "california_housing.csv",
        "median_house_value",
        classes=False,
        recorded=(44_429.0, 46_581.0, 44_266.0),
    ),
    "ames": Contest(
        "ames_housing.csv",
        "SalePrice",
        ("Order", "PID"),
        classes=False,
        recorded=(26_952.0, 26_204.0, 27_350.0),
    ),
}
CHOSEN = [name for name in os.environ.get("MLL_CONTEST_SETS", ",".join(SETS)).split(",") if name]


def cut(contest: Contest) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows to learn from, and the test: the same for every contestant."""
    frame = pd.read_csv(real(contest.file), sep=contest.separator)
    frame = frame.drop(columns=list(contest.dropped))
    classes = frame[contest.target] if contest.classes else None
    learn, test = train_test_split(frame, test_size=0.25, random_state=811, stratify=classes)
    return learn, test


def project_of(name: str, folder: Path) -> Project:
    """A project whose sealed test is the contest's."""
    contest = SETS[name]
    learn, test = cut(contest)
    both = pd.concat([learn.assign(**{PART: "train"}), test.assign(**{PART: "test"})])
    both.to_csv(folder / f"{name}.csv", index=False)
    project = Workspace.open(folder / "home", actor="contest").create_project(
        name,
        str(folder / f"{name}.csv"),
        target=contest.target,
        settings={
            "split.part_column": PART,
            "brief.primary_metric": "roc_auc" if contest.classes else "rmse",
            "train.budget_seconds": SECONDS,
            "train.recommend": RECOMMEND,
            "train.threads": os.cpu_count() if WALL else 1,
        },
    )
    project.run("prepare")
    return project


@dataclass(frozen=True)
class Reached:
    """What the product came to on the test, and what it said of each of its rows."""

    value: float
    said: np.ndarray
    first: float
    """Seconds to the first model that is no baseline."""
    took: float
    model: str


def reached(name: str, folder: Path) -> Reached:
    """Train within the budget, and score the test once."""
    now = time.monotonic if WALL else time.process_time
    bench = project_of(name, folder).bench()
    order, tools = lifecycle.training_order(bench, bench.business(), bench.split())
    started, firsts = now(), []

    def publish(runs: tuple[object, ...]) -> None:
        if any(not run.baseline for run in runs):  # type: ignore[attr-defined]
            firsts.append(now() - started)

    found = train.train(order, replace(tools, now=now), publish=publish)
    took = now() - started
    _, test = cut(SETS[name])
    answers = tools.models.load(found.model_sha256).predictions(test.assign(**{PART: "test"}))
    said = answers.score[:, 1] if SETS[name].classes else answers.score
    value = measured(name, truth_of(name), said)
    return Reached(value, said, firsts[0], took, found.winner.label)


def truth_of(name: str) -> np.ndarray:
    """The truth of the test; of two classes, whether it is the second one."""
    target = cut(SETS[name])[1][SETS[name].target]
    if not SETS[name].classes:
        return target.to_numpy(float)
    return (target == sorted(target.unique())[1]).to_numpy(int)


def measured(name: str, truth: np.ndarray, said: np.ndarray) -> float:
    if SETS[name].classes:
        return float(roc_auc_score(truth, said))
    return float(np.sqrt(np.mean((truth - said) ** 2)))


def peers(name: str, out: Path) -> Iterator[tuple[str, np.ndarray | None]]:
    """What peers say now, on this machine, or None; nothing unless they are named."""
    contest, place = SETS[name], out / f"cut-{name}"
    task = "classification" if contest.classes else "regression"
    for told in filter(None, os.environ.get("MLL_CONTEST_PEERS", "").split(",")):
        label, _, rest = told.partition("=")
        python, _, script = rest.partition(":")
        place.mkdir(exist_ok=True)
        for part, rows in zip(("train", "test"), cut(contest), strict=True):
            rows.to_csv(place / f"{part}.csv", index=False)
        said = out / f"{name}-{label}.npy"
        runner = str(Path(__file__).with_name("contest_peer.py"))
        told_it = [runner, script, str(said), str(place), contest.target, task, str(SECONDS)]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("OMP_")}
        ran = subprocess.run(
            [python, "-W", "ignore", *told_it], capture_output=True, check=False, env=environment
        )
        (out / f"{name}-{label}.log").write_bytes(ran.stdout + ran.stderr)
        yield label, np.load(said) if ran.returncode == 0 else None


def differences(
    name: str, ours: np.ndarray, others: dict[str, np.ndarray]
) -> dict[str, tuple[float, float, float]]:
    """How far ours is ahead of each, more is better, and 95 % of the draws of the test's rows."""
    truth, draw = truth_of(name), np.random.default_rng(0)
    sign = 1 if SETS[name].classes else -1
    drawn = []
    for _ in range(DRAWS if others else 0):
        rows = draw.integers(0, len(truth), len(truth))
        mine = measured(name, truth[rows], ours[rows])
        theirs = [measured(name, truth[rows], said[rows]) for said in others.values()]
        drawn.append([sign * (mine - value) for value in theirs])
    found = {}
    for place, (label, said) in enumerate(others.items()):
        ahead = sign * (measured(name, truth, ours) - measured(name, truth, said))
        low, high = np.quantile([values[place] for values in drawn], [0.025, 0.975])
        found[label] = (ahead, float(low), float(high))
    return found


class Table:
    """Lines that are printed as they come, and kept."""

    def __init__(self, out: Path) -> None:
        self._path = out / "contest.md"

    def add(self, line: str) -> None:
        print(line, file=sys.__stdout__, flush=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")


@pytest.mark.timeout(0)
def test_the_contest(tmp_path: Path) -> None:
    out = Path(os.environ.get("MLL_CONTEST_OUT", tmp_path))
    out.mkdir(parents=True, exist_ok=True)
    table = Table(out)
    table.add(f"\n{SECONDS:g} s of {'the clock, all cores' if WALL else 'computing, 1 core'}")
    table.add("| set | product | first model | took | what | others | ahead of the best (95 %) |")
    ranks: dict[str, list[int]] = {}
    late: list[str] = []
    beaten: list[str] = []
    for name in CHOSEN:
        ours, contest = reached(name, tmp_path), SETS[name]
        np.save(out / f"{name}-product.npy", ours.said)
        sign, digits = (1, 4) if contest.classes else (-1, 2)
        table.add(f"  {name}: product {ours.value:.{digits}f} in {ours.took:.0f} s")
        others: dict[str, np.ndarray] = {}
        values: dict[str, float] = {}
        for label, said in peers(name, out):
            if said is None:
                table.add(f"  {name}: {label} failed, see its log")
                continue
            others[label] = said
            values[label] = measured(name, truth_of(name), said)
            table.add(f"  {name}: {label} {values[label]:.{digits}f}")
        values = values or dict(zip(RECORDED, contest.recorded, strict=True))
        best = max(values, key=lambda label: sign * values[label])
        ahead = differences(name, ours.said, others)
        against = ahead.get(best, (sign * (ours.value - values[best]), np.nan, np.nan))
        told = ", ".join(f"{label} {value:.{digits}f}" for label, value in values.items())
        table.add(
            f"| {name} | {ours.value:.{digits}f} | {ours.first:.1f} s | {ours.took:.0f} s "
            f"| {ours.model} | {told} | {best}: {against[0]:+.{digits}f} "
            f"({against[1]:+.{digits}f} to {against[2]:+.{digits}f}) |"
        )
        oriented = {"product": sign * ours.value} | {w: sign * v for w, v in values.items()}
        for who, place in ranked(oriented).items():
            ranks.setdefault(who, []).append(place)
        late += [name] * bool(ours.took > 1.1 * SECONDS)
        beaten += [name] * bool(against[2] < 0)
    told = ", ".join(f"{who} {np.mean(places):.2f}" for who, places in ranks.items())
    table.add(f"mean rank: {told}")
    assert not late
    assert not beaten


def ranked(values: dict[str, float]) -> dict[str, int]:
    """The place of each, from 1 for the most."""
    return {who: 1 + sum(v > value for v in values.values()) for who, value in values.items()}
