import pytest
from page_cases import cards, open_page, texts

from mll_core.bench import ignore
from mll_core.catalog import METRICS
from mll_core.domain.connector import quiet
from mll_core.domain.report import CriterionResult, Gate
from mll_core.handover import exhibit
from mll_core.infra import report_page
from mll_core.infra.artefacts import ROOM
from mll_core.work import perform
from mll_core.workspace import Workspace
from pages._ui import numbers
from pages._ui import report as hand_over
from pages._ui import verdict as verdict_words


def test_the_gate_the_claims_and_the_evidence_are_shown(finished: Workspace) -> None:
    report = finished.project("customers").report()
    page = open_page("evaluate", project="customers")
    said = texts(page)
    assert "opened once" in said
    for criterion in report.gate.criteria:
        assert criterion.sentence in said
    for claim in report.claims:
        assert claim.sentence in said
    tabs = [tab.label for tab in page.tabs]
    assert {"Metrics", "What drives it", "Right and wrong", "ROC", "Groups"} <= set(tabs)


def test_a_number_is_the_same_wherever_it_is_told(finished: Workspace) -> None:
    project = finished.project("customers")
    report, training = project.report(), project.results.training()
    kind = report.primary_metric
    value, told = report.test[kind], numbers.interval(kind, report.test[kind])
    page = open_page("evaluate", project="customers")
    first = page.metric[0]
    assert (first.label, first.value) == (
        f"{METRICS[kind].label}, sealed test",
        numbers.metric(kind, value.value),
    )
    table = page.table[0].value
    assert table.loc[METRICS[kind].label, "Sealed test"] == told
    assert table.loc[METRICS[kind].label, "Baseline"] == numbers.interval(
        kind, report.baseline[kind]
    )
    assert report.difference.value == pytest.approx(value.value - report.baseline[kind].value)
    whole = exhibit(project)
    for text in (report_page.render(whole), report_page.text(whole)):
        assert numbers.metric(kind, value.value) in text
    by_command = project.run("evaluate")  # nothing is left to do
    assert by_command.test[kind]["value"] == value.value
    assert by_command.validation[kind]["value"] == report.validation[kind].value
    board = training.winner.score.value
    assert report.overfit.numbers["validation"] == board
    assert "means over 3 folds, as on the leaderboard" in report.overfit.sentence
    cell = report.confusion
    assert report.test["accuracy"].value == (cell[0][0] + cell[1][1]) / report.test_rows


def test_each_meaning_of_fairness_is_judged_or_it_is_said_why_not(finished: Workspace) -> None:
    report = finished.project("customers").report()
    said = texts(open_page("evaluate", project="customers"))
    if report.audit.parities:
        assert "with all these comparisons counted" in said
        assert all(one.sentence in said for one in report.audit.parities)
    else:
        assert "Fewer than two groups have rows enough" in said


def test_ways_to_be_fairer_are_a_job_and_its_findings_a_table(finished: Workspace) -> None:
    project = finished.project("customers")
    page = open_page("evaluate", project="customers")
    page.button(key="mitigate").click().run()
    (job, *_) = project.jobs()
    assert (job.kind, job.parameters) == ("mitigate", {"column": "gender"})
    perform(project, "mitigate", {"column": "gender", "budget": 1}, quiet, ignore)
    said = texts(open_page("evaluate", project="customers"))
    assert "Nothing is put to use" in said or "no time left" in said


def test_the_threshold_can_be_played_with(finished: Workspace) -> None:
    page = open_page("evaluate", project="customers")
    start = finished.project("customers").report().threshold
    assert page.select_slider(key="threshold").value == start
    page.select_slider(key="threshold").set_value(1.0).run()
    assert not cards(page)
    called = next(metric for metric in page.metric if metric.label == "Called yes")
    assert called.value in ("0 %", "missing")


def test_curves_have_their_band_and_an_unjudged_model_has_none_and_it_is_said_why(
    finished: Workspace,
) -> None:
    project = finished.project("customers")
    page = open_page("evaluate", project="customers")
    asked = {"roc", "precision_recall", "calibration"}
    assert asked.isdisjoint(page.button_group(key="view").options)
    said = texts(page)
    for kind in asked:
        assert all(one in said for one in project.evidence.sheet(kind).sentences)
    assert "has not been judged yet" not in said
    project.edit("train.seed", 5)
    project.run("train")
    page = open_page("evaluate", project="customers")
    assert not cards(page)
    assert "The newest model has not been judged yet" in " ".join(texts(page).split())
    assert {"ROC", "Calibration"} <= {tab.label for tab in page.tabs}


def test_a_new_model_finds_the_test_shut_and_opening_it_is_a_job(finished: Workspace) -> None:
    project = finished.project("customers")
    project.edit("train.seed", 5)
    project.run("train")
    page = open_page("evaluate", project="customers")
    assert "The sealed test was opened once, but not for this model." in texts(page)
    assert "The sealed test is shut." not in texts(page)
    page.button(key="open-test").click().run()
    (job, *_) = project.jobs()
    assert job.parameters == {"until": "evaluate"}


def test_the_report_is_one_page_without_other_hosts(finished: Workspace) -> None:
    html = hand_over.written(finished.project("customers")).decode()
    assert "Who will leave?" in html
    assert 'src="http' not in html


def test_a_criterion_whose_interval_straddles_the_bound_is_told_beside_the_verdict() -> None:
    results = [
        CriterionResult(
            sentence="", metric="recall", value=0.7, low=0.6, high=0.8, met=True, verdict=verdict
        )
        for verdict in ("met", "not sure")
    ]
    gate = Gate(passed=True, criteria=tuple(results), sealed_sha256="", sealed_at="")
    assert verdict_words.said(gate) == (
        "All 2 criteria are met, 1 perhaps by luck: the interval reaches past the bound."
    )


def test_a_stage_that_is_out_of_date_has_its_button_in_the_box(finished: Workspace) -> None:
    project = finished.project("customers")
    project.edit("split.seed", 7)
    page = open_page("train", project="customers")
    page.button(key="run-again").click().run()
    (job, *_) = project.jobs()
    assert job.parameters == {"until": "train"}


def test_each_view_is_drawn_with_its_stamp_when_it_is_chosen(finished: Workspace) -> None:
    project = finished.project("customers")
    page = open_page("evaluate", project="customers")
    assert not page.pills(key="view").value
    unasked = {cls.label for cls in project.evidence.told()}
    assert unasked == {"Right and wrong", "Scores", "Worst errors"}
    assert unasked <= {tab.label for tab in page.tabs}
    for cls in project.evidence.menu():
        if cls.told:
            assert cls.asks in texts(page)
            continue
        page.pills(key="view").set_value(cls.name()).run()
        assert not cards(page)
        assert cls.asks in texts(page)
        if cls.heavy:
            assert page.button(key=f"work-out-{cls.name()}").label == "Work it out"
        else:
            assert "document" in texts(page)


def test_the_rows_of_a_cell_can_be_seen(finished: Workspace) -> None:
    report = finished.project("customers").report()
    page = open_page("evaluate", project="customers")
    cell = page.selectbox(key="cell-confusion-0-None")
    cell.set_value(cell.options[0]).run()
    assert not cards(page)
    no, yes = report.classes
    assert f"{report.confusion[0][1]} rows that are '{no}' and were answered '{yes}'" in texts(page)


def test_whoever_opens_the_test_says_why(finished: Workspace) -> None:
    project = finished.project("customers")
    project.edit("train.seed", 5)
    project.run("train")
    page = open_page("evaluate", project="customers")
    page.text_input(key="open-why").set_value("Ana decides by it").run()
    page.button(key="open-test").click().run()
    (job, *_) = project.jobs()
    assert job.parameters == {"until": "evaluate", "why": "Ana decides by it"}


def test_a_person_guesses_before_the_answer_is_shown(finished: Workspace) -> None:
    page = open_page("evaluate", project="customers")
    page.toggle(key="room").set_value(True).run()
    said = texts(page)
    assert "0 of 20 guessed" in said or "Case 1" in said
    assert "you said" not in said
    keep = next(button for button in page.button if button.label == "Keep my guess and show")
    keep.click().run()
    assert "Say what you think first." in " ".join(warning.value for warning in page.warning)
    page.button_group(key="guess-1").set_value("yes")
    next(b for b in page.button if b.label == "Keep my guess and show").click().run()
    assert not cards(page)
    said = texts(page)
    assert "Case 1: you said yes, the model" in said
    assert "The model was right in" in said
    (kept,) = finished.project("customers").artefacts.all(ROOM)
    assert kept.value["guess"] == "yes"


def test_a_claim_whose_inputs_changed_is_struck_through(finished: Workspace) -> None:
    project = finished.project("customers")
    project.edit("train.seed", 9)
    for name in ("evaluate", "story"):
        said = texts(open_page(name, project="customers"))
        for claim in project.report().claims:
            assert f"~~{claim.sentence}~~" in said
        assert "How models are trained was changed after version 2 of the document." in said


def test_advice_opens_the_place_of_its_edit(finished: Workspace) -> None:
    page = open_page("evaluate", project="customers")
    links = [link.proto for link in page.get("page_link")]
    for one in finished.project("customers").report().advice:
        opened = [link for link in links if link.label.startswith("Open ")]
        assert any(f"{one.stage.value}=" in link.query_string for link in opened), one.sentence


def test_newer_rows_are_added_on_data(finished: Workspace) -> None:
    page = open_page("collect", project="customers")
    newer = next(one for one in page.file_uploader if one.label == "Add newer rows")
    newer.upload("newer.csv", b"customer_id,calls\nC9,1\n", "text/csv").run()
    (added,) = finished.project("customers").document.data.additions
    assert added.endswith("newer.csv")
    assert "Added 1: newer.csv" in texts(page)
