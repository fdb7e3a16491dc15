"""Promise 10: close the browser, the training goes on; and the page finds it again."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import browser
import httpx
import projects
import proving
import psutil
import pytest
from conftest import need
from playwright.sync_api import Page, expect, sync_playwright
from proving import Tally, amount, tally
from test_worker import until, worker

from mll_core.domain.job import Job, JobStatus
from mll_core.infra.processes import free_port
from mll_core.workspace import Workspace

RESTORED = 2.0
"""Seconds from the page's connection until the progress is on the screen, without those in which
the pages or the browser's page stood in line for a core that others had."""
LONG = {
    "train.models": [{"kind": "lightgbm"}, {"kind": "prior"}],
    "train.ensembles": False,
    "train.trials": None,
    "split.repeats": 10,
    "split.folds": 10,
}
"""So many folds that the budget ends the search, not that nothing better is found any more."""
SPARE = 6
"""A training lasts so many times as long as the pages take to start: they start twice, and the
second start may meet a machine much busier than the first did."""
LEAST = 20.0
"""Seconds that a training lasts at the least."""
DONE = 600.0
"""Seconds that a training, which gives way to all else, may take beside others' work."""
BAR = "[data-testid=stProgress]"
CLOCK = f"""
window.WebSocket = class extends WebSocket {{
  constructor(...given) {{ super(...given); window.connected ??= Date.now() }}
}};
const look = () => {{
  if (document.querySelector("{BAR}")) window.bar = Date.now();
  else requestAnimationFrame(look);
}};
look();
"""


@contextmanager
def pages(home: Path, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """The pages' own process, ready to answer; killed at the end, as by accident."""
    command = [sys.executable, "-m", "pages._ui.server", str(home), str(port)]
    with home.with_suffix(".pages.out").open("ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        until(lambda: _answers(port))
        yield process
    finally:
        process.kill()
        process.wait()


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/_stcore/health").text == "ok"
    except httpx.TransportError:
        return False


@dataclass
class Restored:
    """How long the progress took to be back, and how much of it was standing in line."""

    seconds: float
    waited: float

    @property
    def own(self) -> float:
        return self.seconds - self.waited


def restored(page: Page, address: str, pages: int) -> Restored:
    """Open ``address`` and time in the page itself when it connects and when the bar is there."""

    def at_work() -> list[Path]:
        return proving.threads(pages) + proving.family(draws)

    with proving.Waits(at_work) as waits:
        page.goto(address, wait_until="commit")
        expect(page.locator(BAR).first).to_be_visible(timeout=browser.SOON)
    connected, bar = page.evaluate("[window.connected / 1000, window.bar / 1000]")
    return Restored(bar - connected, waits.between(connected, bar))


def draws(process: psutil.Process) -> bool:
    """Whether it is the browser's process for a page."""
    return "--type=renderer" in process.cmdline()


def one_round(page: Page, home: Path, port: int, number: int) -> tuple[Restored, Restored]:
    """Start, refresh at 20 %, kill the pages, start them again, look again."""
    workspace = Workspace.open(home, actor="ana")
    project = workspace.project("customers")
    address = f"http://127.0.0.1:{port}/train?project=customers"

    def look() -> Job:
        return project.jobs(1)[0]

    began = time.monotonic()
    with pages(home, port) as first:
        budget = max(LEAST, SPARE * (time.monotonic() - began))
        changes = {**LONG, "train.budget_seconds": budget, "train.seed": 100 + number}
        project.history.edit(changes)
        page.goto(address)
        page.get_by_role("button", name="Train again", exact=True).click(timeout=browser.SOON)
        until(lambda: len(project.jobs()) > number and look().progress >= 0.2)
        refreshed = restored(page, address, first.pid)
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
    assert look().status is JobStatus.RUNNING
    with pages(home, port) as second:
        again = restored(page, address, second.pid)
        assert look().status is JobStatus.RUNNING
        until(lambda: not look().status.live, DONE)
        expect(page.locator(BAR)).to_have_count(0, timeout=browser.SOON)
    job = look()
    assert (job.status, job.attempts) == (JobStatus.DONE, 1)
    told = [e for e in workspace.events("customers", 1_000) if e.detail.get("job") == job.id]
    assert [event.kind for event in told] == ["job.done", "job.queued"]
    workspace.database.close()
    return refreshed, again


def prove(home: Path, proof: Tally) -> None:
    times: list[tuple[Restored, Restored]] = []
    port = free_port(18_700)
    with worker(home), sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser.CHROMIUM, args=browser.FLAGS)
        page = chromium.new_page(viewport={"width": 1360, "height": 900})
        page.add_init_script(CLOCK)
        for number in range(amount(1, 20)):
            times.append(one_round(page, home, port, number))
            proof["trainings finished once"] += 1
        chromium.close()
    refreshed, again = (max(column, key=lambda one: one.own) for column in zip(*times, strict=True))
    proof.say(
        f"refreshed at 20 %, the pages killed and started again; progress back after "
        f"{refreshed.own:.1f} s at the most on a refresh, {again.own:.1f} s after a new start, "
        f"without {refreshed.waited:.1f} and {again.waited:.1f} s in line for a core that others "
        f"had"
    )
    assert max(refreshed.own, again.own) < RESTORED, times


@pytest.mark.browser
@pytest.mark.promise
@pytest.mark.timeout(3_600)
def test_close_the_browser_and_the_training_goes_on(tmp_path: Path) -> None:
    need("browser", bool(browser.CHROMIUM))
    workspace = projects.finished(tmp_path)
    workspace.database.close()
    with tally(10, "close the browser, the training goes on") as proof:
        prove(workspace.home, proof)
    shutil.rmtree(workspace.home, ignore_errors=True)
