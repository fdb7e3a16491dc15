"""Promise 10: close the browser, the training goes on; and the page finds it again."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import browser
import httpx
import projects
import proving
import pytest
from conftest import need
from playwright.sync_api import Page, expect, sync_playwright
from proving import Tally, amount, tally
from test_worker import until, worker

from mll_core.domain.job import Job, JobStatus
from mll_core.infra.processes import free_port
from mll_core.workspace import Workspace

RESTORED = 2.0
"""Seconds from the page's connection until the progress is on the screen; on a machine with more
work than processors so many times longer."""
LONG = {"train.models": [], "train.trials": None, "split.repeats": amount(2, 3), "split.folds": 5}
SPARE = amount(25, 35) / 10
"""A training lasts so many times as long as the pages take to start, on a busy machine too."""
BAR = "[data-testid=stProgress]"


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


class Watch:
    """Times how long a page takes from its connection to showing progress."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._connected = 0.0
        page.on("websocket", lambda _: self._connect())

    def _connect(self) -> None:
        self._connected = time.monotonic()

    def restored(self, address: str) -> float:
        """Seconds from the connection that opening ``address`` makes to the bar of progress."""
        self._page.goto(address, wait_until="commit")
        expect(self._page.locator(BAR).first).to_be_visible(timeout=browser.SOON)
        return time.monotonic() - self._connected


def one_round(page: Page, home: Path, port: int, number: int) -> tuple[float, float]:
    """Start, refresh at 20 %, kill the pages, start them again, look again."""
    workspace = Workspace.open(home, actor="ana")
    project = workspace.project("customers")
    address, watch = f"http://127.0.0.1:{port}/train?project=customers", Watch(page)

    def look() -> Job:
        return project.jobs(1)[0]

    began = time.monotonic()
    with pages(home, port) as first:
        budget = max(8.0, SPARE * (time.monotonic() - began))
        changes = {**LONG, "train.budget_seconds": budget, "train.seed": 100 + number}
        project.history.edit(changes)
        page.goto(address)
        page.get_by_role("button", name="Train again", exact=True).click(timeout=browser.SOON)
        until(lambda: len(project.jobs()) > number and look().progress >= 0.2)
        refreshed = watch.restored(address)
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
    assert look().status is JobStatus.RUNNING
    with pages(home, port):
        httpx.get(f"http://127.0.0.1:{port}/")
        again = watch.restored(address)
        assert look().status is JobStatus.RUNNING
        until(lambda: not look().status.live)
        expect(page.locator(BAR)).to_have_count(0, timeout=browser.SOON)
    job = look()
    assert (job.status, job.attempts) == (JobStatus.DONE, 1)
    told = [e for e in workspace.events("customers", 1_000) if e.detail.get("job") == job.id]
    assert [event.kind for event in told] == ["job.done", "job.queued"]
    workspace.database.close()
    return refreshed, again


def prove(home: Path, proof: Tally) -> None:
    times: list[tuple[float, float]] = []
    port = free_port(18_700)
    with worker(home), sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser.CHROMIUM, args=browser.FLAGS)
        page = chromium.new_page(viewport={"width": 1360, "height": 900})
        for number in range(amount(1, 20)):
            times.append(one_round(page, home, port, number))
            proof["trainings finished once"] += 1
        chromium.close()
    refreshed, again = (max(column) for column in zip(*times, strict=True))
    busy = proving.busy()
    proof.say(
        f"refreshed at 20 %, the pages killed and started again; progress back after "
        f"{refreshed:.1f} s at the most on a refresh, {again:.1f} s after a new start, on a "
        f"machine with {busy:.1f} times the work it can do"
    )
    assert max(refreshed, again) < RESTORED * busy, times


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
