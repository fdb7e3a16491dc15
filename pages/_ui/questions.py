"""Questions in SQL on a page: what there is to ask, where to start, the answer as a table."""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import streamlit as st

from mll_core.domain.question import AskedTable, QueryResult
from mll_core.workspace import Project
from pages._ui import numbers
from pages._ui import tables as grids
from pages._ui.words import escape

MEANING = {
    "raw": "The rows as they were collected.",
    "prepared": "The rows that models learn from, after the steps that choose rows.",
}
_HEIGHT = 280
_HOLDS = {
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"), "whole numbers"),
    **dict.fromkeys(("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"), "whole numbers"),
    **dict.fromkeys(("FLOAT", "DOUBLE", "DECIMAL"), "numbers"),
    **dict.fromkeys(("TIMESTAMP", "TIMESTAMP WITH TIME ZONE"), "dates with a time"),
    **{"VARCHAR": "text", "BOOLEAN": "yes or no", "DATE": "dates", "TIME": "times of day"},
}
_NUMBERS = ("INT", "DOUBLE", "FLOAT", "DECIMAL")


def key(slug: str) -> str:
    """Where the text of the question is held."""
    return f"query-text-{slug}"


def take(key: str, sql: str) -> None:
    """Put a question into the field, as the callback of a button."""
    st.session_state[key] = sql


def keep(slug: str, sql: str, result: QueryResult) -> None:
    """Keep the newest answer for the next drawing of the page."""
    st.session_state["_answer"] = (slug, sql, result)


def kept(slug: str) -> tuple[str, QueryResult] | None:
    """The newest question of this visit to the project, with its answer."""
    found = st.session_state.get("_answer")
    return (found[1], found[2]) if found and found[0] == slug else None


def forget() -> None:
    """Let go of the newest answer: another question was asked."""
    st.session_state.pop("_answer", None)


def tables(found: Sequence[AskedTable], sealed: int) -> None:
    """Every table with its columns and types, and a way to begin with it."""
    st.subheader("What you can ask")
    for table in found:
        with st.expander(f"{table.name}, {numbers.count(table.rows)} rows", expanded=True):
            st.caption(MEANING.get(table.name, ""))
            columns = [{"Column": one.name, "Holds": holds(one.type)} for one in table.columns]
            height = min(_HEIGHT, 36 * len(columns) + 40)
            alt = f"Columns of the table {table.name}"
            st.dataframe(columns, hide_index=True, height=height, alt=alt)
    if sealed:
        st.caption(
            f":material/lock: The {numbers.count(sealed)} rows sealed for the test are in no "
            "table: a question that looked at them would spoil the test."
        )
    if sys.platform != "linux":
        st.caption("On this system questions run under limits, without Linux's locks on files.")


def holds(dtype: str) -> str:
    """What a column of the engine's type ``dtype`` holds, in words."""
    if dtype.endswith("]"):
        return "lists"
    plain = dtype.partition("(")[0]
    return _HOLDS.get(plain, "other values")


def examples(found: Sequence[AskedTable], target: str | None) -> dict[str, str]:
    """A few questions that fit these tables, ready to run."""
    table = found[0]
    names = {column.name: column.type for column in table.columns}
    made = {
        "First rows": f"SELECT *\nFROM {table.name}\nLIMIT 20",
        "Describe": f"SUMMARIZE {table.name}",
    }
    if target in names:
        made["By target"] = (
            f"SELECT {_quoted(target)}, count(*) AS rows\nFROM {table.name}\n"
            "GROUP BY ALL\nORDER BY rows DESC\nLIMIT 50"
        )
    number = next((n for n, t in names.items() if t.startswith(_NUMBERS) and n != target), None)
    group = next((n for n, t in names.items() if t == "VARCHAR" and not _is_key(n)), None)
    if number and group:
        made["Averages"] = (
            f"SELECT {_quoted(group)}, count(*) AS rows, avg({_quoted(number)}) AS mean\n"
            f"FROM {table.name}\nGROUP BY ALL\nORDER BY rows DESC\nLIMIT 20"
        )
    return made


def answer(project: Project, sql: str, result: QueryResult) -> None:
    """The rows, how many and how long; and all of them as a file."""
    many = f"The first {numbers.count(len(result.rows))} rows" if result.more else _count(result)
    st.markdown(f"**{many}**, in {result.seconds:.2f} seconds")
    frame = pd.DataFrame(result.rows, columns=_different(result.names))
    grids.draw(frame, alt="The answer")
    with st.container(horizontal=True):
        for ending in ("csv", "parquet"):
            st.download_button(
                f"All rows as {ending.upper() if ending == 'csv' else 'Parquet'}",
                lambda ending=ending: _file(project, sql, ending),
                file_name=f"{project.slug}.{ending}",
                icon=":material/download:",
                on_click="ignore",
                key=f"query-{ending}",
            )
    if result.more:
        st.caption("A page shows 1,000 rows at most; a file holds up to a million.")
    st.caption(f"Asked: {escape(' '.join(sql.split())[:200])}")


def _count(result: QueryResult) -> str:
    count = len(result.rows)
    return "1 row" if count == 1 else f"{numbers.count(count)} rows"


def _different(names: Sequence[str]) -> list[str]:
    """The same names; one that comes twice gets its number."""
    return [n if n not in names[:i] else f"{n} ({i + 1})" for i, n in enumerate(names)]


def _file(project: Project, sql: str, ending: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / f"answer.{ending}"
        project.questions.download(sql, out)
        return out.read_bytes()


def _quoted(name: str | None) -> str:
    return '"' + str(name).replace('"', '""') + '"'


def _is_key(name: str) -> bool:
    return name.lower().endswith("id")
