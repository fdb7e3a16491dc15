"""Keep every version pinned in pyproject.toml, transitive ones too.

Without arguments: fail when an installed package is not the one that is pinned. With ``--write``:
resolve anew for every platform and Python, and write what came out.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROJECT = ROOT / "pyproject.toml"
BLOCK = re.compile(
    r"\n# Every version[^\n]*\n\[tool\.uv\]\nconstraint-dependencies = \[.*?\n\]\n", re.S
)
OWN = {"mll-workbench", "pip", "setuptools", "wheel", "uv"}


def main() -> int:
    """Check, or write; the exit code."""
    return write() if "--write" in sys.argv[1:] else check()


def check() -> int:
    """Every installed distribution is at a pinned version."""
    pinned: dict[str, set[str]] = {}
    for line in tomllib.loads(PROJECT.read_text())["tool"]["uv"]["constraint-dependencies"]:
        name, _, rest = line.partition("==")
        pinned.setdefault(plain(name), set()).add(rest.partition(";")[0].strip())
    wrong = []
    for found in distributions():
        name = plain(found.name)
        versions = pinned.get(name, set())
        if name not in OWN and found.version not in versions:
            wrong.append(f"{name} {found.version}: pinned {', '.join(versions) or 'nothing'}")
    print(*wrong, sep="\n", end="\n" if wrong else "")
    if not wrong:
        print("Every installed version is the one pinned.")
    return bool(wrong)


def write() -> int:
    """Resolve in a copy, so that old pins do not hold new ones back, and write the new pins."""
    text = BLOCK.sub("", PROJECT.read_text())
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        (copy / "pyproject.toml").write_text(text)
        shutil.copy(ROOT / "README.md", copy)
        shutil.copy(ROOT / "LICENSE", copy)
        export = [
            "uv",
            "export",
            "--no-hashes",
            "--no-emit-project",
            "--all-extras",
            "--all-groups",
        ]
        command = [*export, "--no-annotate", "--no-header", "--quiet"]
        run = subprocess.run(command, cwd=copy, check=True, capture_output=True, text=True)
    lines = [line for line in run.stdout.splitlines() if "==" in line]
    quoted = "".join(f'    "{line.replace(chr(34), chr(39))}",\n' for line in sorted(lines))
    head = (
        "\n# Every version, written by `uv run poe pins` and checked by `uv run poe check-pins`.\n"
    )
    block = f"{head}[tool.uv]\nconstraint-dependencies = [\n{quoted}]\n"
    PROJECT.write_text(text.rstrip("\n") + "\n" + block)
    print(f"{len(lines)} versions pinned.")
    return 0


def plain(name: str) -> str:
    """A package's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    sys.exit(main())
