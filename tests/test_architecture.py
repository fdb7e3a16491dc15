import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mll_core.catalog import FAMILIES
from mll_core.commands import COMMANDS

ROOT = Path(__file__).parents[1]
PLACES = ("app.py", "pages/**/*.py", "mll_core/**/*.py", "data/*.py")
CODE = sorted(file for place in PLACES for file in ROOT.glob(place))
PLUGINS = [cls for family in FAMILIES.values() for cls in family.values()]
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}
FORBIDDEN_IMPORTS = {"pickle", "cloudpickle", "joblib", "dill", "marshal", "requests"}
FORBIDDEN_WORDS = {"unsafe_allow_html", "unsafe_allow_javascript", "shell", "autolog", "load_model"}
OWN_FORMAT = ("catboost_trees.py", "load_model", {"blob"})
"""A library reads its own format from bytes that were verified, never from a place."""
every_file = pytest.mark.parametrize("file", CODE, ids=lambda file: str(file.relative_to(ROOT)))


def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def nodes(file: Path, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
    return (node for node in ast.walk(tree(file)) if isinstance(node, kinds))


def test_imports_run_in_one_direction() -> None:
    # In a process of its own: the linter silences every logger of the one it runs in.
    code = (
        "import sys; from importlinter.cli import lint_imports as run; sys.exit(run(no_cache=True))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stdout + told.stderr


@every_file
def test_no_file_function_or_class_outgrows_its_budget(file: Path) -> None:
    parts = file.relative_to(ROOT).parts
    small = "plugins" in parts or (parts[0] == "pages" and "_ui" not in parts)
    assert len(file.read_text(encoding="utf-8").splitlines()) <= (120 if small else 300)
    for function in nodes(file, ast.FunctionDef, ast.AsyncFunctionDef):
        assert isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        body = function.body[1:] if ast.get_docstring(function) else function.body
        length = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
        assert length <= 40, f"{function.name} has {length} lines"
    for cls in nodes(file, ast.ClassDef):
        assert isinstance(cls, ast.ClassDef)
        public = [
            f.name
            for f in cls.body
            if isinstance(f, ast.FunctionDef) and not f.name.startswith("_") and not is_property(f)
        ]
        assert len(public) <= 12, f"{cls.name} has {len(public)} public methods: {public}"


def is_property(function: ast.FunctionDef) -> bool:
    names = {ast.unparse(decorator) for decorator in function.decorator_list}
    return bool(names & {"property", "cached_property", "classmethod"})


@every_file
def test_nothing_runs_what_it_should_only_read(file: Path) -> None:
    for node in nodes(file, ast.Call):
        assert isinstance(node, ast.Call)
        assert ast.unparse(node.func) not in FORBIDDEN_CALLS, node.lineno
        assert not {keyword.arg for keyword in node.keywords} & FORBIDDEN_WORDS, node.lineno
        named = {keyword.arg for keyword in node.keywords}
        if (
            isinstance(node.func, ast.Attribute)
            and (
                file.name,
                node.func.attr,
                named,
            )
            != OWN_FORMAT
        ):
            assert node.func.attr not in FORBIDDEN_WORDS, node.lineno
    for node in nodes(file, ast.Import):
        assert isinstance(node, ast.Import)
        assert not {name.name.split(".")[0] for name in node.names} & FORBIDDEN_IMPORTS
    for node in nodes(file, ast.ImportFrom):
        assert isinstance(node, ast.ImportFrom)
        assert (node.module or "").split(".")[0] not in FORBIDDEN_IMPORTS


@every_file
def test_no_error_is_swallowed_unseen(file: Path) -> None:
    for handler in nodes(file, ast.ExceptHandler):
        assert isinstance(handler, ast.ExceptHandler)
        broad = handler.type is None or ast.unparse(handler.type) in ("Exception", "BaseException")
        silent = all(isinstance(line, ast.Pass | ast.Continue) for line in handler.body)
        assert not (broad and silent), f"{file.name}:{handler.lineno}"


def test_streamlit_is_known_to_pages_only() -> None:
    for file in CODE:
        if file.relative_to(ROOT).parts[0] == "mll_core":
            assert "import streamlit" not in file.read_text(encoding="utf-8"), file


@pytest.mark.parametrize(
    "cls", PLUGINS, ids=lambda cls: f"{cls.__module__.split('.')[-2]}.{cls.name()}"
)
def test_a_plugin_is_one_file_named_alike_with_one_test_file(cls: type) -> None:
    family, name = cls.__module__.split(".")[-2:]
    assert name == cls.name()
    assert (ROOT / "tests" / "plugins" / family / f"test_{name}.py").exists()
    assert cls.__doc__
    assert cls.label


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_of_plugins_has_its_contract_tested_by_discovery(family: str) -> None:
    assert FAMILIES[family]
    contract = ROOT / "tests" / f"test_{family[:-1]}_contract.py"
    assert family.upper() in contract.read_text(encoding="utf-8")


def test_the_front_door_imports_nothing_heavy() -> None:
    heavy = "{'pandas', 'sklearn', 'mlflow', 'shap', 'lightgbm', 'plotly', 'streamlit', 'duckdb'}"
    code = f"import sys, mll_core.workspace; print({heavy} & set(sys.modules))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "set()"


def test_the_readme_names_commands_that_exist_and_files_that_are_there() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "pip install -q uv && uv run mll" in readme
    assert "pip install -q uv && uv run pytest" in readme
    named = set(re.findall(r"^mll ([a-z]+)", readme, re.MULTILINE))
    assert named
    assert named <= set(COMMANDS)
    for path in re.findall(r"!\[[^]]*\]\(([^)]+)\)", readme):
        assert (ROOT / path).exists(), path
