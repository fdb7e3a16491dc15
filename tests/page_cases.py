"""Pages opened in process, through the real ``app.py``, on the workspace in MLL_HOME."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[1]
READ = ("title", "header", "subheader", "markdown", "caption", "info", "success", "warning")


def open_page(name: str, **query: str) -> AppTest:
    """The page ``name``, drawn once; ``query`` goes into the address."""
    page = AppTest.from_file(ROOT / "app.py", default_timeout=60)
    for key, value in {"goto": name, **query}.items():
        page.query_params[key] = value
    return page.run()


def texts(page: AppTest) -> str:
    """Everything a person can read, in one text, without the signs that escape Markdown."""
    told = [str(element.value) for kind in READ for element in getattr(page, kind)]
    return "\n".join(told).replace("\\", "")


def cards(page: AppTest) -> list[str]:
    """What error cards say; an exception that got past the guard counts too."""
    told = [str(error.value) for error in page.error if "What to do" in str(error.value)]
    told += [str(error.value) for error in page.exception]
    return [text.replace("\\", "") for text in told]
