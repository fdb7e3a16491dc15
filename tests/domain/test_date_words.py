from mll_core.domain.date_words import in_words


def test_patterns_read_as_people_write_them() -> None:
    assert in_words("%Y-%m-%d|%d.%m.%Y") == "YYYY-MM-DD or DD.MM.YYYY"
    assert in_words("%d %b %Y %H:%M") == "DD Mon YYYY hh:mm"
