"""PROOF.md: one line per promise, always sixteen, those without a proof said plainly."""

import os
import platform
import re
import sqlite3
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from proving import SEED, Proved

PLACE = Path(__file__).with_name("PROOF.md")
PROMISES = {
    1: "Killed 300 times, nothing lost",
    2: "Every write survives a full disk",
    3: "Hostile inputs are refused in words",
    4: "The SQL console reads the project's tables and nothing else",
    5: "A tampered model never runs",
    6: "What was validated is what is served",
    7: "Scoring never answers 5xx",
    8: "Models are swapped without a failed request",
    9: "Load figures of the scoring service",
    10: "Close the browser, the training goes on",
    11: "Each job runs to exactly one result",
    12: "No secret is ever written",
    13: "Erased means erased",
    14: "Any edit of the event log is seen",
    15: "A hostile upload costs seconds, not the server",
    16: "A model of the whole agrees with the whole",
}
MISSING = "not proved yet"
STATES = {"FAILED": "FAILED", "missed": "goal missed", "slice": "slice", "full": "proved"}
"""What a line says, worst first: a promise is as good as its worst part."""
HEAD = ("promise", "state", "tried and found", "seed", "seconds", "when", "commit")
Row = tuple[str, ...]
"""State, tried and found, seed, seconds, when, commit."""


def merged(before: Mapping[int, Row], proved: Iterable[Proved]) -> dict[int, Row]:
    """The rows of all promises: those proved now are new, the others stay."""
    now: dict[int, list[Proved]] = {}
    for one in proved:
        now.setdefault(one.promise, []).append(one)
    return {**before, **{promise: _row(ones) for promise, ones in now.items()}}


def table(rows: Mapping[int, Row], *, every: bool = False) -> Iterator[str]:
    """The rows as a Markdown table; ``every``: also those that have no proof."""
    yield _line(HEAD)
    yield _line(("---",) * len(HEAD))
    for promise, name in PROMISES.items():
        if every or promise in rows:
            row = rows.get(promise, (MISSING, *_why(promise), *[""] * 4))
            yield _line((f"{promise}. {name}", *row))


def write(place: Path, proved: Iterable[Proved]) -> None:
    """Write the page; what it says of promises not proved now is kept."""
    rows = merged(read(place), proved)
    full = sum(row[0] == "proved" for row in rows.values())
    lines = [
        "# Proof",
        "",
        f"{full} of {len(PROMISES)} promises are proved at their full numbers. Made by "
        "`uv run poe promises`, or for some of them `uv run poe promises --only 4,8`; every "
        "version is pinned in the commit that a line names. *Slice*: fewer numbers than promised.",
        "",
        *table(rows, every=True),
        "",
        f"Newest line: {machine()}.",
        "",
    ]
    place.write_text("\n".join(lines), encoding="utf-8")


def read(place: Path) -> dict[int, Row]:
    """The rows of a page written before; none when there is no page."""
    if not place.exists():
        return {}
    rows = {}
    for line in place.read_text(encoding="utf-8").splitlines():
        if found := re.match(r"\| (\d+)\. [^|]*\| (.*) \|$", line):
            row = tuple(part.strip() for part in found[2].split(" | "))
            if row[0] != MISSING:
                rows[int(found[1])] = row
    return rows


def machine() -> str:
    """The processor, the system and the versions, in one line."""
    packages = ("duckdb", "scikit-learn", "skops", "sqlalchemy", "starlette", "uvicorn")
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    return (
        f"{processor()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {versions}"
    )


def processor() -> str:
    """The model of the processor, as far as the system tells."""
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _row(ones: list[Proved]) -> Row:
    state = min((one.state for one in ones), key=list(STATES).index)
    said = "; ".join(f"FAILED {one.said}" if one.state == "FAILED" else one.said for one in ones)
    seconds = sum(one.seconds for one in ones)
    when = datetime.now(UTC).isoformat(timespec="minutes").removesuffix("+00:00")
    return STATES[state], said.replace("|", "/"), str(SEED), f"{seconds:.0f}", when, _commit()


def _why(promise: int) -> tuple[str]:
    here = any(Path(__file__).parent.glob(f"test_*{promise:02}*.py"))
    return ("its harness has not been run yet" if here else "it has no harness yet",)


def _commit() -> str:
    said = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=PLACE.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return said.stdout.strip()


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
