import unicodedata

from samples import replay

from mll_core.plugins.steps.fold_letters import FoldLetters


def test_accents_wide_letters_and_odd_spaces_go_and_other_scripts_stay() -> None:
    values = ["Zürich", "São\u00a0Paulo", "\uff21\uff22\uff13", "Łódź", "Москва", "it\u2019s", None]
    assert replay(FoldLetters(column="x"), x=values)["x"] == [
        "Zurich", "Sao Paulo", "AB3", "Łodz", "Москва", "it's", None,
    ]  # fmt: skip


def test_it_is_what_unicode_says_without_accents() -> None:
    texts = [
        "caf\u00e9",
        "cafe\u0301",
        "\ufb01n\ufb02at\ufb03",
        "\uff21\uff22\uff11",
        "a\u00a0b\u3000c",
    ]
    texts += ["soft\u00adly", "zero\u200bwidth\ufeff", "\u2116 5\u2026 \u2122"]
    plain = [unicodedata.normalize("NFKD", text) for text in texts]
    unseen = {0x00AD, 0x200B, 0xFEFF}
    expected = [
        "".join(c for c in text if not unicodedata.combining(c) and ord(c) not in unseen)
        for text in plain
    ]
    assert replay(FoldLetters(column="x"), x=texts)["x"] == expected
