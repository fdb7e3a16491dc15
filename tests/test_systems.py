"""What only some systems have is called in one place per thing, which knows the others' way."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CODE = sorted([ROOT / "app.py", *ROOT.glob("pages/**/*.py"), *ROOT.glob("mll_core/**/*.py")])
PLACES = {
    "processes.py": {
        *("killpg", "SIGKILL", "start_new_session", "creationflags", "prctl", "os.nice"),
        *("CTRL_BREAK_EVENT", "process_group", "preexec_fn", "setsid", "setpgid"),
    },
    "locks.py": {"fcntl", "flock", "msvcrt"},
    "anchor.py": {"fcntl", "flock"},  # a folder's lock; Windows cannot lock one and goes without
    "files.py": {"os.link"},
    "console.py": {"os.link"},  # without hard links a question sees the path of its tables
    "seccomp.py": {"prctl"},
    "sealed.py": {"chmod"},  # read-only, as in objects.py
    "objects.py": {"chmod"},  # read-only: a courtesy against slips, no system relies on it
    # The cage's own process: limits and Landlock where there are any, else the keeper's deadline.
    "caged.py": {
        "os.fork",
        "setitimer",
        "resource",
        "setrlimit",
        "prctl",
        "O_PATH",
        "waitpid",
        "_exit",
    },
}
ONLY_HERE = set().union(*PLACES.values()) - {"waitpid", "_exit"}
FILES = {"/proc/sys/kernel/random/boot_id": "leases.py", "/proc/mounts": "disks.py"}


def named(file: Path) -> set[str]:
    """Every attribute, keyword and module that a file names."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Call):
            found |= {node.attr, ast.unparse(node)}
        elif isinstance(node, ast.keyword) and node.arg:
            found.add(node.arg)
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    return found


@pytest.mark.parametrize("file", CODE, ids=lambda file: str(file.relative_to(ROOT)))
def test_what_only_some_systems_have_is_called_in_its_one_place(file: Path) -> None:
    allowed = PLACES.get(file.name, set()) if file.parent.name == "infra" else set()
    assert not named(file) & ONLY_HERE - allowed
    text = file.read_text(encoding="utf-8")
    for path in set(re.findall(r"\"(/proc/(?:sys|mounts)[^\"]*)\"", text)):
        assert file.name == FILES[path]


def test_nothing_names_a_signal_as_it_is_imported_that_windows_lacks() -> None:
    """A default value or a constant of a module is made when it is imported."""
    for file in CODE:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                for value in (*node.args.defaults, *filter(None, node.args.kw_defaults)):
                    assert "signal.SIG" not in ast.unparse(value), file
