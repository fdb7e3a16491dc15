"""What a monitoring pass found: drift, performance, money, alerts; and the challenger."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from mll_core.domain.errors import MllError
from mll_core.domain.serving import Monitoring
from mll_core.domain.stage import Stage
from mll_core.domain.training import Interval
from mll_core.workspace import Project
from pages._ui import alerts, charts, glossary, numbers, onward, passes
from pages._ui.words import WORDS, escape


def draw(project: Project, found: Monitoring) -> None:
    """The newest pass, worst first."""
    st.header("What was found")
    st.caption(
        f"{numbers.count(found.rows)} rows of {Path(found.source).name}, answered by version "
        f"{found.model_version}; {numbers.at(found.created)}. {found.note}"
    )
    alerts.draw(found)
    cards = st.grid("auto", min_column_width=200, border=True)
    drifted = sum(row.drifted for row in found.drift)
    cards.metric(
        "Columns that moved",
        f"{drifted} of {len(found.drift)}",
        help=glossary.explain("drift", "PSI", "noise band"),
    )
    if found.prediction_drift:
        moved = "moved" if found.prediction_drift.drifted else "as before"
        cards.metric("Its answers", moved, help=glossary.meaning("drift"))
    primary = training.metric if (training := project.results.training()) else ""
    estimated, realised = _intervals(found.estimated), _intervals(found.realised or {})
    for title, values in (("estimated", estimated), ("realised", realised)):
        if primary in values:
            cards.metric(
                f"{glossary.label(primary)}, {title}",
                numbers.metric(primary, values[primary].value),
                help=f"{glossary.meaning(primary)}\n\n{glossary.meaning(title)}",
            )
    if found.money:
        currency = project.document.brief.values.currency
        cards.metric(f"Worth, {currency} per case", numbers.plain(found.money.get("value")))
    _advice(found)
    if found.drift:
        charts.drift(found.drift, key="drift")
    _performance(project, found, estimated, realised)
    passes.draw(project)


def _performance(
    project: Project,
    found: Monitoring,
    estimated: dict[str, Interval],
    realised: dict[str, Interval],
) -> None:
    """Every metric of the version that answered: when tested, as estimated now, as it came."""
    tested: Mapping[str, Interval] = {}
    with suppress(MllError):  # what an old version came from may be gone
        version = project.deployment.chosen(found.model_version)
        tested = project.watching.origin(version).report.test
    columns = {"Sealed test": tested, "Estimated now": estimated, "Turned out": realised}
    rows = [
        {
            "Metric": glossary.measured(name, project.document.brief.values.currency),
            **{
                title: numbers.interval(name, values[name]) if name in values else ""
                for title, values in columns.items()
            },
        }
        for name in {**estimated, **realised}
    ]
    if rows:
        frame = pd.DataFrame(rows)
        st.dataframe(frame, hide_index=True, alt="Performance then and now, 95 % intervals")


def _intervals(values: Mapping[str, Any]) -> dict[str, Interval]:
    """The metrics among ``values``, whatever else is told beside them."""
    found = {}
    for name, value in values.items():
        if isinstance(value, Mapping) and isinstance(value.get("value"), int | float):
            known = {key: value[key] for key in Interval.model_fields if value.get(key) is not None}
            found[name] = Interval(**known)
    return found


def _advice(found: Monitoring) -> None:
    for advice in found.advice:
        with st.container(border=True):
            st.markdown(escape(advice.get("sentence", advice)))
            if evidence := advice.get("evidence"):
                st.caption(escape(evidence))
            stage = advice.get("stage")
            if stage in set(Stage) and stage != Stage.MONITOR:
                words = WORDS[Stage(stage)]
                onward.link(stage, f"Go to {words.short}", icon=":material/arrow_forward:")
