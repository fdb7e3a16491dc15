"""``poe promises``: every promise at its full numbers, one after the other; writes PROOF.md."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def harnesses(promise: int) -> list[Path]:
    """The files that prove ``promise``: their names begin with its number."""
    names = (f"test_{promise:02}_*.py", f"test_promise_{promise:02}*.py")
    return sorted(path for name in names for path in FOLDER.glob(name))


def main() -> int:
    """Prove the promises asked for, each in a process of its own; 1 when one failed."""
    sys.path.insert(0, str(FOLDER.parent))
    from promises.page import PROMISES

    parser = argparse.ArgumentParser(prog="poe promises", description=__doc__)
    parser.add_argument("--only", default="", metavar="4,8", help="these promises; others stay")
    parser.add_argument("--slice", action="store_true", help="the small numbers of a test run")
    asked = parser.parse_args()
    wanted = [int(number) for number in asked.only.split(",") if number] or list(PROMISES)
    if strange := set(wanted) - set(PROMISES):
        parser.error(f"there is no promise {min(strange)}; they go from 1 to {max(PROMISES)}")
    environment = {**os.environ, "MLL_PROMISES": "slice" if asked.slice else "full"}
    failed = []
    for promise in wanted:
        files = harnesses(promise)
        if not files:
            print(f"promise {promise}: not proved yet, it has no harness", flush=True)
            continue
        command = [sys.executable, "-m", "pytest", "-q", *map(str, files)]
        if subprocess.run(command, env=environment, cwd=FOLDER.parents[1], check=False).returncode:
            failed.append(promise)
    if failed:
        print(f"failed: {', '.join(map(str, failed))}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
