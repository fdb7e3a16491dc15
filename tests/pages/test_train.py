from page_cases import cards, open_page, texts

from mll_core.workspace import Workspace
from pages._ui import leaderboard, versus


def test_the_leaderboard_names_the_recommended_model_and_the_reason(finished: Workspace) -> None:
    training = finished.project("customers").results.training()
    page = open_page("train", project="customers")
    assert f"Recommended: {training.winner.label}." in texts(page)
    assert training.reason in texts(page)
    (frame,) = [f.value for f in page.dataframe if "Verdict" in f.value]
    assert list(frame["Model"]) == [run.label for run in training.leaderboard]


def test_start_puts_a_job_in_line_and_says_so_at_once(finished: Workspace) -> None:
    page = open_page("train", project="customers")
    page.button(key="train").click().run()
    (job, *_) = finished.project("customers").jobs()
    assert (job.kind, job.parameters["until"]) == ("run", "train")
    assert "in line" in texts(page)
    assert page.button(key="train").disabled
    page.button(key=f"stop-{job.id}").click().run()
    assert finished.jobs.get(job.id).status == "stopped"


def test_models_and_budget_are_decisions_in_the_document(finished: Workspace) -> None:
    project = finished.project("customers")
    page = open_page("train", project="customers")
    page.multiselect(key="train-models").set_value(["prior"]).run()
    page.number_input(key="customers/train.budget_seconds").set_value(33.0).run()
    assert not cards(page)
    assert [model.kind for model in project.document.train.models] == ["prior"]
    assert project.document.train.budget_seconds == 33


def test_how_long_it_may_take_is_chosen_by_name(finished: Workspace) -> None:
    project = finished.project("customers")
    page = open_page("train", project="customers")
    choice = page.button_group(key="train-preset")
    assert choice.value == "quick"  # this project has a minute
    choice.set_value("standard").run()
    assert not cards(page)
    assert project.document.train.budget_seconds == 600
    assert page.number_input(key="customers/train.budget_seconds").value == 600


def test_without_a_target_there_is_nothing_to_train(finished: Workspace) -> None:
    finished.project("customers").edit("brief.target", None)
    assert "Choose a target." in texts(open_page("train", project="customers"))


def test_a_wild_baseline_does_not_flatten_the_models(finished: Workspace) -> None:
    runs = finished.project("customers").results.training().leaderboard
    wild = [
        run.model_copy(update={"score": run.score.model_copy(update={"high": 1e6})})
        if run.baseline
        else run
        for run in runs
    ]
    low, high = leaderboard.span(wild)
    assert all(low <= run.score.value <= high for run in runs)
    assert high < 2


def test_the_settings_of_a_chosen_model_say_what_they_mean_and_are_kept(
    finished: Workspace,
) -> None:
    project = finished.project("customers")
    project.edit("train.models", [{"kind": "decision_tree"}])
    page = open_page("train", project="customers")
    assert "small enough to be drawn" in texts(page)
    labels = [entry.label for entry in page.number_input]
    assert "Fewest rows behind an answer" in labels
    page.number_input[labels.index("Fewest rows behind an answer")].set_value(33)
    next(b for b in page.button if b.label == "Keep these settings").click().run()
    assert not cards(page)
    assert project.document.train.models[0].leaf == 33


def test_what_a_model_must_keep_to_is_a_decision_too(finished: Workspace) -> None:
    project = finished.project("customers")
    page = open_page("train", project="customers")
    column = page.multiselect(key="customers/train.rising").options[0]
    page.multiselect(key="customers/train.rising").set_value([column]).run()
    page.toggle(key="customers/train.interpretable_only").set_value(True).run()
    assert not cards(page)
    assert project.document.train.rising == (column,)
    assert project.document.train.interpretable_only


def test_two_models_are_compared_on_the_same_rows_and_one_is_taken(finished: Workspace) -> None:
    project = finished.project("customers")
    training = project.results.training()
    page = open_page("train", project="customers")
    one, other = training.winner, next(run for run in training.leaderboard if run.baseline)
    page.selectbox(key="versus-two").set_value(other.run_id).run()
    (told,) = [f.value for f in page.dataframe if one.label in f.value.columns]
    assert list(told.columns) == [one.label, other.label]
    assert {"95 % interval", "Seconds", "ms per row", "Size"} <= set(told.index)
    assert versus.difference(training, one, other) in texts(page)
    assert page.button(key=f"take-{other.run_id}").disabled  # a baseline is only compared with
    page.button(key=f"take-{one.run_id}").click().run()
    assert not cards(page)
    (model,) = project.document.train.models
    assert model.kind == one.model
    (job, *_) = project.jobs()
    assert (job.kind, job.parameters["until"]) == ("run", "train")


def test_a_difference_is_told_with_what_it_means(finished: Workspace) -> None:
    training = finished.project("customers").results.training()
    winner = training.winner
    scores = [fold - 0.1 - 0.001 * i for i, fold in enumerate(winner.folds)]
    behind = winner.model_copy(update={"label": "Behind", "folds": tuple(scores)})
    assert "is better than Behind by" in versus.difference(training, winner, behind)
    assert "is better than Behind by" in versus.difference(training, behind, winner)
    assert "cannot be told apart" in versus.difference(training, winner, winner)
    alone = winner.model_copy(update={"folds": winner.folds[:1]})
    assert "cannot be compared" in versus.difference(training, alone, alone)


def test_columns_that_may_act_together_are_picked_group_by_group(finished: Workspace) -> None:
    project = finished.project("customers")
    page = open_page("train", project="customers")
    one = page.multiselect(key="customers/train.together/0")
    first, second, *_ = one.options
    one.set_value([first, second]).run()
    assert not cards(page)
    assert project.document.train.together == ((first, second),)
    page.multiselect(key="customers/train.together/1").set_value([first]).run()
    assert project.document.train.together == ((first, second), (first,))
    page.multiselect(key="customers/train.together/0").set_value([]).run()
    assert project.document.train.together == ((first,),)
