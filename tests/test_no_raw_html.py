"""Nobody's text becomes HTML in a page, because no page can make HTML: zero places are allowed."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = [ROOT / "app.py", *sorted((ROOT / "pages").rglob("*.py"))]
KEYWORDS = {"unsafe_allow_html", "unsafe_allow_javascript"}
CALLS = {"html", "iframe", "_html", "_iframe", "declare_component", "component"}
MODULES = ("streamlit.components", "streamlit.elements", "streamlit.v1")


def raw_html(source: str) -> list[str]:
    """Where a source could put raw HTML or script into a page."""
    found = []
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.keyword):
            names = [node.arg] if node.arg in KEYWORDS else []
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            names = [node.value] if node.value in KEYWORDS else []
        elif isinstance(node, ast.Attribute):
            ours = isinstance(node.value, ast.Name) and node.value.id in ("st", "streamlit")
            deep = ast.unparse(node).startswith(("st.components", "streamlit.components"))
            names = [ast.unparse(node)] if deep or (ours and node.attr in CALLS) else []
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("getattr", "setattr"):
            names = [ast.unparse(node)] if ast.unparse(node.args[0]) in ("st", "streamlit") else []
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            names = [module] if module.startswith(MODULES) else []
            if module == "streamlit":
                names += [n.name for n in node.names if n.name in {*CALLS, "components", "*"}]
        elif isinstance(node, ast.Import):
            names = [n.name for n in node.names if n.name.startswith(MODULES)]
        found += [f"{getattr(node, 'lineno', '?')}: {name}" for name in names]
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_page_makes_raw_html(file: Path) -> None:
    assert raw_html(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "st.markdown(x, unsafe_allow_html=True)",
        "st.markdown(x, **{'unsafe_allow_html': True})",
        "st.sidebar.write(x, unsafe_allow_html=False)",
        "st.html(x)",
        "draw = st.html",
        "st.iframe(x)",
        "st.html(x, unsafe_allow_javascript=True)",
        "st.components.v1.html(x)",
        "import streamlit.components.v1 as components",
        "from streamlit.components.v1 import html",
        "from streamlit import components",
        "from streamlit import html",
        "getattr(st, 'ht' + 'ml')(x)",
    ],
)
def test_every_way_to_make_raw_html_is_seen(source: str) -> None:
    assert raw_html(source)
