from page_cases import cards, open_page, texts

from mll_core.workspace import Workspace


def test_the_story_answers_the_question_with_stamped_claims(finished: Workspace) -> None:
    report = finished.project("customers").report()
    page = open_page("story", project="customers")
    said = texts(page)
    assert page.title[0].value == "Who will leave?"
    for claim in report.claims:
        assert claim.sentence in said
        assert claim.data_version[:8] in said
    assert "Version 1" in said
    assert "Ana (head)" in said


def test_nothing_can_be_changed_in_a_presentation(finished: Workspace) -> None:
    page = open_page("story", project="customers", present="true")
    assert not cards(page)
    assert [button.label for button in page.button] == ["Leave the presentation"]


def test_an_unfinished_project_tells_how_far_it_is(finished: Workspace) -> None:
    import projects

    finished.create_project("Young", str(projects.csv(finished.home)))
    page = open_page("story", project="young")
    assert "There is no answer yet." in texts(page)


def test_the_last_pass_is_one_sentence(finished: Workspace) -> None:
    told = texts(open_page("story", project="customers"))
    assert "Last watched" in told
    assert "PSI" not in told


def test_a_verdict_that_no_longer_stands_is_said_so_beside_the_claims(finished: Workspace) -> None:
    project = finished.project("customers")
    page = open_page("story", project="customers")
    assert [one.value for one in page.warning if "no longer stands" in one.value] == []
    ahead = next(one for one in page.metric if one.label == "Better than the baseline by")
    assert " to " in ahead.delta
    project.edit("evaluate.resamples", 120)
    for name in ("story", "evaluate"):
        page = open_page(name, project="customers")
        (said,) = [one.value for one in page.warning if "verdict no longer stands" in one.value]
        assert "How often the test rows are drawn anew for an interval was changed" in said
        assert not cards(page)
