"""Dirty files of real life: two cleaned by recipe to their clean twins, others as proposed."""

from pathlib import Path

import pandas as pd
import pytest
from real_data import real

from mll_core.catalog import STEPS, read_steps
from mll_core.domain.clusters import Cluster, merged
from mll_core.domain.connector import ReadOptions
from mll_core.domain.document import Brief
from mll_core.domain.recipe import Recipe
from mll_core.domain.step import Step
from mll_core.infra import few_rows, profiler, warehouse
from mll_core.infra.objects import ObjectStore
from mll_core.stages import collect, prepare

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]
BEERS = [
    {"kind": "parse_numbers", "column": "ounces", "unit": "oz", "words": True},
    {"kind": "parse_numbers", "column": "abv", "percent": False},
    {"kind": "replace_values", "column": "ibu", "values": ["N/A"]},
    {"kind": "parse_numbers", "column": "ibu"},
    {"kind": "extract_text", "column": "city", "pattern": " ([A-Z]{2})$", "into": "code"},
    {"kind": "derive_column", "to": "where", "formula": "coalesce(state, code)"},
    {"kind": "find_replace", "column": "city", "find": " [A-Z]{2}$", "pattern": True},
    {"kind": "drop_columns", "columns": ["state", "code"]},
]
PLACE = ("name", "address_1", "city", "state", "zip", "county", "phone", "type", "owner")
SPELT = ("name", "measure_name", "city", "county", "condition", "owner", "type", "address_1")


def version(folder: Path, name: str, options: ReadOptions | None = None) -> Path:
    """A dirty file as a data version."""
    objects = ObjectStore(folder)
    read = collect.ingest(str(real(f"dirty/{name}")), options or ReadOptions(), objects)
    return objects.path(read.sha256)


def repaired(column: str, *by: str) -> Step:
    return STEPS["repair_by_group"].of(column=column, by=by, what="all")


def dominant(found: tuple[Cluster, ...]) -> tuple[Cluster, ...]:
    """What somebody would tick: the usual spelling is far more frequent than the others."""
    return tuple(one for one in found if all(one.values[0][1] > 3 * n for _, n in one.values[1:]))


def hospital(path: Path) -> Recipe:
    """Slips of letters by clusters; then what one column decides of the others."""
    steps: list[Step] = []
    for column in SPELT:
        found = prepare.alike(
            Recipe(steps=tuple(steps)),
            path,
            prepare.Spellings(column=column, method="letters", reach=0.34),
        )
        if values := merged(dominant(found.clusters)):
            steps.append(STEPS["replace_values"].of(column=column, values=values))
    steps += [repaired("provider_number", "name"), repaired("provider_number", "phone")]
    steps += [repaired(column, "provider_number") for column in (*PLACE, "emergency_service")]
    steps += [repaired("measure_code", "measure_name"), repaired("measure_name", "measure_code")]
    steps += [repaired("condition", "measure_code")]
    steps += [repaired("state_average", "state", "measure_code")]
    slips = {
        "sample": {"^([0-9x]+)[ x][patienxs]{7,8}$": r"\1 patients"},
        "score": {"^[1x][0x][0x]%$": "100%", "^([0-9]{2})x$": r"\1%"},
    }
    for column, pairs in slips.items():
        for find, put in pairs.items():
            made = {"column": column, "find": find, "put": put, "pattern": True}
            steps.append(STEPS["find_replace"].of(**made))
    return Recipe(steps=tuple(steps))


def cells(frame: pd.DataFrame) -> pd.DataFrame:
    """Every cell as text; numbers by their value, gaps as nothing."""
    return frame.apply(lambda column: column.map(_text)).set_axis(range(frame.shape[1]), axis=1)


def _text(value: object) -> str:
    try:
        return repr(round(float(str(value)), 6)) if not pd.isna(value) else ""  # type: ignore[call-overload]
    except ValueError:
        return str(value)


def judged(recipe: Recipe, path: Path, name: str) -> tuple[float, float]:
    """(share of wrong cells that are right now, share of right cells that are wrong now)."""
    rows, _ = few_rows.sample(path)
    query = prepare.learned(recipe, rows, {}).apply(warehouse.table(rows))
    after = cells(warehouse.frame(warehouse.to_sql(query), rows))
    dirty, clean = (
        pd.read_csv(real(f"dirty/{name}_{what}.csv"), dtype=str, keep_default_na=False)
        for what in ("dirty", "clean")
    )
    wrong = dirty.set_axis(range(dirty.shape[1]), axis=1) != clean.set_axis(
        range(clean.shape[1]), axis=1
    )
    right_now = after == cells(clean)
    mended, broken = (right_now & wrong).to_numpy().sum(), (~right_now & ~wrong).to_numpy().sum()
    n_wrong, n_right = wrong.to_numpy().sum(), (~wrong).to_numpy().sum()
    print(
        f"{name}: {mended:,} of {n_wrong:,} wrong cells repaired ({mended / n_wrong:.1%}), "
        f"{broken:,} of {n_right:,} right cells broken ({broken / n_right:.2%})"
    )
    left = ((~right_now & wrong).sum()).set_axis(dirty.columns)
    print(f"left: {left[left > 0].to_dict()}")
    return mended / n_wrong, broken / n_right


def test_beers_are_cleaned_to_their_clean_twin_by_a_recipe(tmp_path: Path) -> None:
    path = version(tmp_path, "beers_dirty.csv")
    mended, broken = judged(Recipe(steps=read_steps(BEERS)), path, "beers")
    assert mended > 0.99
    assert broken < 0.001


def test_hospitals_are_cleaned_by_clusters_and_by_what_decides_what(tmp_path: Path) -> None:
    path = version(tmp_path, "hospital_dirty.csv")
    mended, broken = judged(hospital(path), path, "hospital")
    assert mended > 0.9
    assert broken < 0.001


NUMBERS = {
    "fifa21_raw.csv": "Height Weight Value Wage Hits W/F SM IR",
    "dirty_cafe_sales.csv": "Quantity",
    "messy_imdb.csv": "Income Votes Duration Score",
    "uncleaned_ds_jobs.csv": "Rating Founded",
    "montreal_bikes_2012_latin1.csv": "",
    "madrid_bike_accidents_2019.csv": "",
}
DATES = {
    "fifa21_raw.csv": ["Joined", "Loan Date End"],
    "dirty_cafe_sales.csv": ["Transaction Date"],
    "messy_imdb.csv": ["Release year"],
    "montreal_bikes_2012_latin1.csv": ["Date"],
    "madrid_bike_accidents_2019.csv": ["fecha"],
}


@pytest.mark.parametrize("name", NUMBERS)
def test_dirty_files_go_through_with_every_proposal_accepted(tmp_path: Path, name: str) -> None:
    options = ReadOptions(fill_short_rows=True) if name.startswith("montreal") else None
    path = version(tmp_path, name, options)
    found = collect.findings(profiler.profile(path), path, Brief())
    proposed = [f.fix.value for f in found if f.fix and f.fix.path == "prepare.steps"]
    recipe = Recipe()
    for step in read_steps(proposed):
        recipe = recipe.then(step)
    schema = prepare.schema(recipe, path)
    prepare.preview(recipe, path)
    numbers = [column for column, dtype in schema.items() if dtype.is_numeric()]
    dates = [column for column, dtype in schema.items() if dtype.is_timestamp() or dtype.is_date()]
    print(f"{name}: {len(recipe.steps)} steps; numbers: {numbers}; dates: {dates}")
    assert set(NUMBERS[name].split()) <= set(numbers)
    assert set(DATES.get(name, ())) <= set(dates)
