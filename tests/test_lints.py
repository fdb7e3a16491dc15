"""What no line of the product may do outside the one file that wraps it, found in its syntax."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PLACES = ("app.py", "pages/**/*.py", "mll_core/**/*.py", "data/**/*.py")
CODE = sorted({file for place in PLACES for file in ROOT.glob(place)})
MODULES = {
    **dict.fromkeys(("pickle", "_pickle", "cloudpickle", "dill", "marshal", "shelve"), "runs code"),
    **dict.fromkeys(("joblib", "torch", "onnxruntime", "keras", "tensorflow"), "loads models"),
    **dict.fromkeys(("requests", "urllib.request", "ftplib", "telnetlib"), "calls addresses"),
    **dict.fromkeys(("commands", "pty", "code", "codeop", "xmlrpc", "imp"), "runs code"),
}
CALLS = {
    **dict.fromkeys(("eval", "exec", "compile", "__import__", "breakpoint"), "runs text as code"),
    **dict.fromkeys(("os.system", "os.popen", "os.startfile", "os.spawnl"), "runs a shell"),
    **dict.fromkeys(("subprocess.getoutput", "subprocess.getstatusoutput"), "runs a shell"),
    **dict.fromkeys(("yaml.load", "yaml.unsafe_load", "yaml.full_load"), "makes objects of text"),
    **dict.fromkeys(("joblib.load", "torch.load", "pickle.load", "pickle.loads"), "runs code"),
    **dict.fromkeys(("requests.get", "requests.post", "urlopen", "urlretrieve"), "calls addresses"),
    **dict.fromkeys(("httpx.get", "httpx.post", "httpx.request"), "calls unchecked addresses"),
    **dict.fromkeys(("pd.read_pickle", "pd.read_csv", "pd.read_table"), "opens addresses"),
    **dict.fromkeys(("pd.read_html", "pd.read_json", "pd.read_xml"), "opens addresses"),
    **dict.fromkeys(("pd.read_excel", "pd.read_fwf"), "opens addresses"),
    **dict.fromkeys(("pd.read_sql", "pd.read_hdf", "pd.read_feather"), "opens addresses"),
}
METHODS = {
    "load_model": "MLflow's loader runs what the model names",
    "extractall": "an archive may write anywhere",
    "unpack_archive": "an archive may write anywhere",
    "set_start_method": "belongs to nobody here",
}
KEYWORDS = {
    "shell": "a text becomes a command",
    "allow_pickle": "an array may run code",
    "unsafe_allow_html": "a text becomes a page",
    "unsafe_allow_javascript": "a text becomes a script",
    "trust_remote_code": "runs what it fetched",
}
WRAPPERS = {
    "yaml.load": {"mll_core/infra/yaml_document.py": "ruamel's own, which makes plain data"},
    "loads": {"mll_core/infra/model_store.py": "skops, with our fixed list of types"},
    "catboost.CatBoost().load_model": {
        "mll_core/infra/estimators/catboost_trees.py": "trees as plain numbers, from signed bytes"
    },
    "connect": {
        "mll_core/infra/duckdb_file.py": "other people's files, in a cage, locked",
        "mll_core/infra/asked.py": "the console, read-only and locked",
        "mll_core/infra/sealed.py": "writes a file for the console",
        "mll_core/infra/warehouse.py": "the engine in memory",
    },
}
"""Calls that are right in these places only: skops' ``loads``, ``connect``, YAML, trees."""


def found(tree: ast.AST) -> Iterator[str]:
    """Every forbidden thing a syntax tree does, with its reason."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [name.name for name in node.names]
            yield from (f"import {name}: {_why(name)}" for name in names if _why(name))
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            module = node.module or ""
            whole = [module, *(f"{module}.{name.name}" for name in node.names)]
            yield from (f"from {name}: {_why(name)}" for name in whole if _why(name))
        elif isinstance(node, ast.Call):
            yield from _called(node)


def _why(module: str) -> str:
    parts = module.split(".")
    return next(
        (MODULES[".".join(parts[:n])] for n in (1, 2) if ".".join(parts[:n]) in MODULES), ""
    )


def _called(call: ast.Call) -> Iterator[str]:
    name = ast.unparse(call.func).replace("pandas.", "pd.")
    last = name.rsplit(".", 1)[-1]
    if name in CALLS or last in ("urlopen", "urlretrieve"):
        yield f"{name}: {CALLS.get(name, 'calls addresses')}"
    if isinstance(call.func, ast.Attribute) and last in METHODS:
        yield f"{name}: {METHODS[last]}"
    for keyword in call.keywords:
        off = isinstance(keyword.value, ast.Constant) and keyword.value.value is False
        if keyword.arg in KEYWORDS and not off:
            yield f"{keyword.arg}=: {KEYWORDS[keyword.arg]}"


@pytest.mark.parametrize("file", CODE, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_file_does_what_runs_or_fetches_what_it_should_only_read(file: Path) -> None:
    wrapped = {name for name, places in WRAPPERS.items() if str(file.relative_to(ROOT)) in places}
    told = found(ast.parse(file.read_text(encoding="utf-8")))
    assert not [what for what in told if what.partition(":")[0] not in wrapped]


def test_models_are_loaded_and_engines_opened_in_one_place_each() -> None:
    for file in CODE:
        text = file.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.Call):
                continue
            name, place = ast.unparse(node.func), str(file.relative_to(ROOT))
            if "skops" in text and name.rsplit(".", 1)[-1] in ("load", "loads") and "io" in name:
                assert place in WRAPPERS["loads"], f"{place}: {name}"
            if name == "duckdb.connect":
                assert place in WRAPPERS["connect"], f"{place}: {name}"


@pytest.mark.parametrize(
    "line",
    [
        "import pickle",
        "from joblib import load",
        "import urllib.request as u",
        "from urllib import request",
        "import torch.nn",
        "eval(x)",
        "os.system('ls')",
        "subprocess.run('ls', shell=True)",
        "yaml.load(text)",
        "pd.read_csv(source)",
        "pandas.read_html(source)",
        "mlflow.sklearn.load_model(uri)",
        "np.load(path, allow_pickle=True)",
        "request.urlopen(address)",
        "httpx.get(address)",
        "shutil.unpack_archive(path)",
        "st.markdown(text, unsafe_allow_html=True)",
    ],
)
def test_the_lint_finds_what_it_looks_for(line: str) -> None:
    assert list(found(ast.parse(line)))


@pytest.mark.parametrize(
    "line", ["json.loads(text)", "import json", "np.load(path, allow_pickle=False)"]
)
def test_the_lint_leaves_the_harmless_alone(line: str) -> None:
    assert not list(found(ast.parse(line)))
