from samples import replay

from mll_core.plugins.steps.fold_letters import FoldLetters


def test_accents_wide_letters_and_odd_spaces_go_and_other_scripts_stay() -> None:
    values = ["Zürich", "São\u00a0Paulo", "\uff21\uff22\uff13", "Łódź", "Москва", "it\u2019s", None]
    assert replay(FoldLetters(column="x"), x=values)["x"] == [
        "Zurich", "Sao Paulo", "AB3", "Łodz", "Москва", "it's", None,
    ]  # fmt: skip
