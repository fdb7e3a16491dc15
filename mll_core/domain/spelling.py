"""How alike two ways of writing are: keys that spellings share, and the letters they differ in."""

import re
import unicodedata

_SOUNDS = {
    **dict.fromkeys("bfpv", "1"),
    **dict.fromkeys("cgjkqsxz", "2"),
    **dict.fromkeys("dt", "3"),
    "l": "4",
    **dict.fromkeys("mn", "5"),
    "r": "6",
}
_SILENT = "hw"
_CODE = 4


def plain(text: str) -> str:
    """Small letters without accents, single blanks, no blanks around."""
    folded = unicodedata.normalize("NFKD", text.replace("ß", "ss")).casefold()
    bare = "".join(sign for sign in folded if not unicodedata.combining(sign))
    return " ".join(bare.split())


def words(text: str) -> list[str]:
    """The words and numbers of ``plain`` text; an apostrophe parts none."""
    return re.findall(r"[^\W_]+", re.sub(r"['\u2019]", "", plain(text)))


def fingerprint(text: str) -> str:
    """The same for texts that differ in case, accents, punctuation, and the order of words.

    Source: OpenRefine, key collision methods, fingerprint.
    """
    return " ".join(sorted(set(words(text))))


def ngrams(text: str, size: int = 2) -> str:
    """The same for texts of the same pieces of ``size`` letters, blanks left out.

    Source: OpenRefine, key collision methods, n-gram fingerprint.
    """
    whole = "".join(words(text))
    pieces = {whole[i : i + size] for i in range(max(len(whole) - size + 1, 1))}
    return " ".join(sorted(pieces))


def sound(text: str) -> str:
    """The same for texts whose words sound alike in English; numbers stay as they are.

    Source: American Soundex of each word (US National Archives).
    """
    return " ".join(word if word[:1].isdigit() else _soundex(word) for word in words(text))


def _soundex(word: str) -> str:
    codes, last = "", _SOUNDS.get(word[0], "")
    for letter in word[1:]:
        code = _SOUNDS.get(letter, "")
        if code and code != last:
            codes += code
        if letter not in _SILENT:
            last = code
    return (word[0] + codes).ljust(_CODE, "0")[:_CODE]


def distance(one: str, other: str) -> int:
    """How many letters must be put in, taken out or exchanged to make one of the other.

    Source: Levenshtein 1966, computed a row of bits at a time (Myers 1999, Hyyrö 2003).
    """
    if not one or not other:
        return len(one) + len(other)
    places: dict[str, int] = {}
    for i, letter in enumerate(one):
        places[letter] = places.get(letter, 0) | 1 << i
    every, last = (1 << len(one)) - 1, 1 << (len(one) - 1)
    more, less, found = every, 0, len(one)
    for letter in other:
        here = places.get(letter, 0)
        across = (((here & more) + more) ^ more) | here | less
        up, down = less | ~(across | more) & every, more & across
        found += bool(up & last) - bool(down & last)
        up = (up << 1 | 1) & every
        more = (down << 1) & every | ~(across | up) & every
        less = up & across
    return found
