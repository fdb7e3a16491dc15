import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import projects
import pytest

from mll_core.cli import main
from mll_core.commands import COMMANDS

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def mll(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command on the workspace of this test: its exit code, stdout and stderr."""

    def run(*words: str) -> tuple[int, str, str]:
        code = main([*words, "--home", str(tmp_path / "home")])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def refused(answer: tuple[int, str, str]) -> str:
    """The refusal: exit code 2, nothing on stdout, one line of error and one of hint."""
    code, out, err = answer
    lines = [line for line in err.splitlines() if not line.lstrip()[:3].rstrip("%").isdigit()]
    assert code == 2
    assert out == ""
    assert [line.split(":")[0] for line in lines] == ["error", "hint"]
    assert "Traceback" not in err
    return lines[0]


def test_every_promised_command_is_there() -> None:
    promised = "ui worker serve new run profile score approve promote rollback monitor reproduce"
    assert set(promised.split()) | {"", "export", "doctor", "token"} <= set(COMMANDS)


def test_a_budget_is_a_number_or_one_of_three_names(mll: Run, tmp_path: Path) -> None:
    data = str(projects.csv(tmp_path))
    said = json.loads(mll("new", "One", "--data", data, "--budget", "standard", "--json")[1])
    assert "budget_seconds: 600" in Path(said["document"]).read_text()
    wrong = mll("new", "Two", "--data", data, "--budget", "long")
    assert "--budget" in refused(wrong)
    assert "'long'" in wrong[2]


@pytest.mark.usefixtures("catalog")
def test_from_a_file_to_a_watched_model_by_commands_alone(mll: Run, tmp_path: Path) -> None:
    data = projects.csv(tmp_path)
    cheap = [f"--set={path}={json.dumps(value)}" for path, value in projects.CHEAP.items()]
    code, out, _ = mll(
        "new", "Who leaves?", "--data", str(data), "--target", "left", *cheap, "--json"
    )
    made = json.loads(out)
    assert (code, made["project"]) == (0, "who-leaves")
    assert Path(made["document"]).exists()

    code, out, _ = mll("run", "who-leaves", "--budget", "20", "--json")
    ran: dict[str, Any] = json.loads(out)
    assert code == (0 if ran["gate"]["passed"] else 3)
    for key in ("project", "data_version", "run_id", "task", "metric", "validation", "test"):
        assert ran[key]
    assert set(ran["stages"]) == {
        "business", "collect", "prepare", "train", "evaluate", "deploy", "monitor"
    }  # fmt: skip
    assert {"model", "value", "low", "high", "seconds", "tied"} <= set(ran["leaderboard"][0])
    assert set(ran["test"]["roc_auc"]) == {"value", "low", "high"}

    refused(mll("score", "who-leaves", str(data), "-o", str(tmp_path / "early.csv")))
    approve = ["approve", "who-leaves", "--by", "Ana", "--role", "head", "--note", "pilot"]
    assert mll(*approve)[0] == 0
    assert mll("promote", "who-leaves")[0] == 0
    later = projects.csv(tmp_path, seed=5)
    scored = tmp_path / "scored.csv"
    code, out, _ = mll("score", "who-leaves", str(later), "-o", str(scored), "--proba", "--json")
    assert (code, json.loads(out)["rows"]) == (0, 400)
    answers = pd.read_csv(scored)
    assert answers.columns.tolist() == [
        "customer_id", "prediction", "probability_no", "probability_yes"
    ]  # fmt: skip
    assert answers["customer_id"].tolist() == pd.read_csv(later)["customer_id"].tolist()

    code, out, _ = mll("monitor", "who-leaves", "--current", str(later), "--json")
    watched = json.loads(out)
    assert code == 0
    assert watched["rows"] == 400
    assert set(watched["performance"]) == {"estimated", "realised"}
    assert watched["performance"]["realised"]
    assert {"column", "statistic", "value", "noise_band", "threshold", "drifted", "importance"} <= (
        set(watched["drift"][0])
    )

    code, out, _ = mll("reproduce", ran["run_id"], "--json")
    assert (code, json.loads(out)["identical"]) == (0, True)


def test_a_report_is_one_file(mll: Run, tmp_path: Path) -> None:
    projects.finished(tmp_path)
    code, out, _ = mll("export", "customers", "--to", str(tmp_path / "out"), "--as", "report")
    assert code == 0
    page = Path(out.splitlines()[0]).read_text(encoding="utf-8")
    assert "Who will leave?" in page
    assert "<script src" not in page


@pytest.mark.parametrize("kind", ["python", "onnx", "container", "dvc"])
def test_an_export_that_is_not_deep_yet_says_so(mll: Run, kind: str) -> None:
    assert "not there yet" in refused(mll("export", "x", "--to", "y", "--as", kind))


def test_groups_are_found_without_a_target_and_a_wrong_task_names_those_there_are(
    mll: Run, tmp_path: Path
) -> None:
    data = ("--data", str(projects.csv(tmp_path)))
    assert "which groups" not in refused(mll("new", "x", *data, "--task", "clusters"))
    refused(mll("new", "x", *data, "--task", "clustering", "--target", "left"))
    code, out, _ = mll("new", "x", *data, "--task", "clustering", "--json")
    assert (code, json.loads(out)["project"]) == (0, "x")


BAD_FILES: dict[str, bytes] = {
    "empty.csv": b"",
    "header_only.csv": b"a,b,left\n",
    "one_column.csv": b"left\nyes\nno\n",
    "one_row.csv": b"a,left\n1,yes\n",
    "duplicate_names.csv": b"a,a,left\n1,2,yes\n3,4,no\n",
    "nul.csv": b"a,left\n1\x00,yes\n2,no\n",
    "pickle.csv": b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00.",
}


@pytest.mark.parametrize("name", [*BAD_FILES, "nothing.csv", "."])
def test_bad_input_gets_one_sentence_and_leaves_nothing(
    mll: Run, tmp_path: Path, name: str
) -> None:
    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / name
    if name in BAD_FILES:
        path.write_bytes(BAD_FILES[name])
    refused(mll("new", "x", "--data", str(path), "--target", "left"))
    assert json.loads(mll("projects", "--json")[1]) == {"projects": []}
    assert not list((tmp_path / "home" / "tmp").glob("*"))


BAD_TARGETS = {"constant": "a", "empty": "", "all_different": "text"}


def test_a_rule_that_names_no_column_is_refused(mll: Run, tmp_path: Path) -> None:
    asked = ["--target", "left", "--set", "brief.rule=cals < 3"]
    answer = mll("new", "x", "--data", str(projects.csv(tmp_path)), *asked)
    assert "brief.rule: the table has no column 'cals'" in refused(answer)
    assert "Did you mean 'calls'?" in answer[2]


@pytest.mark.parametrize("column", [*BAD_TARGETS, "lfet"])
def test_a_target_that_cannot_be_learned_is_refused(mll: Run, tmp_path: Path, column: str) -> None:
    frame = projects.customers(100).assign(constant="a", empty=None)
    frame["all_different"] = [f"note {n} of a kind" for n in range(100)]
    path = tmp_path / "rows.csv"
    frame.to_csv(path, index=False)
    answer = mll("new", "x", "--data", str(path), "--target", column)
    assert column in refused(answer)
    if column == "lfet":
        assert "Did you mean 'left'?" in answer[2]


def test_what_is_not_there_is_named_with_what_is(mll: Run, tmp_path: Path) -> None:
    projects.finished(tmp_path)
    assert "'custmers'" in refused(mll("run", "custmers"))
    assert "'customers'" in mll("run", "custmers")[2]
    refused(mll("reproduce", "nothing"))
    refused(mll("promote", "customers", "--version", "7"))
    refused(mll("score", "customers", "nowhere.csv", "-o", str(tmp_path / "o.csv")))
    refused(mll("run", "customers", "--set", "split.test_shares=0.3"))
    refused(mll("run", "customers", "--set", "split.test_share=much"))
    refused(mll("token", "create", "--deployment", "nobody"))
    refused(mll("fly"))
    refused(mll("run"))


def test_a_document_with_a_wrong_type_lists_every_fault(mll: Run, tmp_path: Path) -> None:
    workspace = projects.finished(tmp_path)
    path = workspace.project("customers").path
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("folds: 3", "folds: many").replace("seed: 0", "sede: 0", 1))
    said = refused(mll("run", str(path)))
    assert "split.folds" in said
    assert "Did you mean 'seed'" in said
    assert workspace.project("customers").document.split.folds == 3


def test_history_diff_and_restore(mll: Run, tmp_path: Path) -> None:
    project = projects.project(tmp_path)
    before = project.history.newest().version
    project.edit("split.folds", 4, "more folds")
    assert "more folds" in mll("history", "customers")[1]
    assert "+  folds: 4" in mll("diff", "customers", str(before), str(before + 1))[1]
    assert mll("restore", "customers", str(before))[0] == 0
    assert project.document.split.folds == 3


def test_doctor_finds_a_healthy_house_healthy_and_a_changed_object(
    mll: Run, tmp_path: Path
) -> None:
    project = projects.project(tmp_path)
    code, out, _ = mll("doctor", "--json")
    assert (code, json.loads(out)["well"]) == (0, True)
    path = project.results.data_path()
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    code, out, _ = mll("doctor")
    assert code == 2
    assert any(line.startswith("problem") and path.stem[:8] in line for line in out.splitlines())


def test_a_profile_has_the_promised_shape(mll: Run, tmp_path: Path) -> None:
    code, out, _ = mll("profile", str(projects.csv(tmp_path)), "--json")
    found = json.loads(out)
    assert code == 0
    assert (found["rows"], len(found["columns"])) == (400, 6)
    wanted = "name type nulls distinct min max mean std quantiles top histogram semantic"
    assert set(wanted.split()) <= set(found["columns"][0])
    assert {"code", "severity", "column", "sentence", "numbers", "fix"} <= set(found["findings"][0])


def test_signs_that_steer_a_terminal_are_shown_not_obeyed(mll: Run, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("a\x1b[31m,b\n" + "1,2\n" * 50)
    code, out, _ = mll("profile", str(path))
    assert code == 0
    assert "\x1b" not in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["serve", "--port", "70000"], "70000 is no port"),
        (["--ui-port", "99999", "--no-browser"], "99999 is no port"),
        (["new", "bad\udcff", "--data", "sample:tips"], "no text in UTF-8"),
        (["new", "x", "--data", ""], "No source is given."),
    ],
)
def test_what_no_machine_could_do_is_wrong_input(mll: Run, words: list[str], said: str) -> None:
    assert said in refused(mll(*words))


def test_a_rate_that_is_no_number_is_refused_before_any_worker_starts(
    mll: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLL_SERVE_RATE", "abc")
    assert "MLL_SERVE_RATE must be a number" in refused(mll("serve", "--port", "18999"))


def test_who_has_read_enough_of_an_answer_may_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as shut:
        monkeypatch.setattr("sys.stdout", shut)
        assert main(["secret", "list", "--json", "--home", str(tmp_path)]) == 0
