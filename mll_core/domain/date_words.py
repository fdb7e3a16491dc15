"""Date patterns as people write them."""

WORDS = {
    "%Y": "YYYY",
    "%y": "YY",
    "%m": "MM",
    "%d": "DD",
    "%b": "Mon",
    "%B": "Month",
    "%H": "hh",
    "%M": "mm",
    "%S": "ss",
}


def in_words(pattern: str) -> str:
    """``%d.%m.%Y`` as DD.MM.YYYY; several patterns are joined by 'or'."""
    for code, word in WORDS.items():
        pattern = pattern.replace(code, word)
    return " or ".join(pattern.split("|"))
