"""What the harnesses of the promises found, told at the end of a test run, also of one that was
parted among processes."""

import os
import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from promises import page
from proving import FULL, PROVED, Proved, by_the_clock


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A process that ran a part of the tests hands on what it proved."""
    told = getattr(session.config, "workeroutput", None)
    if told is not None:
        told["proved"] = [asdict(one) for one in PROVED]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """The process that tells the results takes over what a part proved."""
    PROVED.extend(Proved(**one) for one in getattr(node, "workeroutput", {}).get("proved", []))


def broken(reports: list[pytest.TestReport]) -> Iterator[Proved]:
    """Failures of harnesses that came before there was anything to count."""
    told = {one.promise for one in PROVED if one.state == "FAILED"}
    for report in reports:
        name = re.match(r".*promises/test_(?:promise_)?(\d\d)", report.nodeid)
        if name and int(name[1]) not in told:
            told.add(int(name[1]))
            yield Proved(int(name[1]), "the harness itself broke", "FAILED", 0.0)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    stats = terminalreporter.stats
    PROVED.extend(broken([*stats.get("failed", []), *stats.get("error", [])]))
    if not PROVED:
        return
    terminalreporter.section("promises")
    for line in page.table(page.merged({}, PROVED)):
        terminalreporter.write_line(line)
    timed = [one for one in PROVED if one.seconds]
    total, clock = sum(one.seconds for one in timed), by_the_clock(timed)
    terminalreporter.write_line(f"{total:.0f} seconds of proofs in {clock:.0f} by the clock")
    place = os.environ.get("MLL_PROOF", str(page.PLACE) if FULL else "")
    if place:
        page.write(Path(place), PROVED)
