"""What a file from the web is, by its first bytes, its name and what the server says."""

from pathlib import Path
from typing import Literal

from mll_core.domain.errors import UnreadableSource

_TEXT_ENDINGS = (".csv", ".tsv", ".txt", ".gz")


def judged(path: Path, media_type: str) -> tuple[Literal["text", "parquet"], Path]:
    """How the file is to be read, under the name it is then given.

    Raises UnreadableSource for web pages, JSON and archives, which are not read yet.
    """
    with path.open("rb") as file:
        start = file.read(512)
    if not start:
        raise UnreadableSource("The web address gave nothing.", hint="Open it in a browser first.")
    if start.startswith(b"PAR1"):
        return "parquet", _named(path, ".parquet")
    if start.startswith(b"\x1f\x8b"):
        return "text", _named(path, ".gz")
    _refuse_page(start, media_type)
    if path.name.lower().endswith(_TEXT_ENDINGS[:3]):
        return "text", path
    return "text", _named(path, ".tsv" if media_type == "text/tab-separated-values" else ".csv")


def _refuse_page(start: bytes, media_type: str) -> None:
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<!doctype html", b"<html", b"<head")) or media_type == "text/html":
        raise UnreadableSource(
            "The address shows a web page, not a file; tables of pages are not read yet.",
            hint="Copy the address of the page's download link, or save the table as CSV.",
        )
    if text.startswith((b"{", b"[")) or media_type.endswith("json"):
        raise UnreadableSource(
            "The address answers in JSON, which is not read yet.",
            hint="Ask it for CSV: many addresses take format=csv.",
        )


def _named(path: Path, ending: str) -> Path:
    if path.name.lower().endswith(ending):
        return path
    return path.rename(path.with_name(f"{path.name}{ending}"))
