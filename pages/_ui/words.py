"""The words of the seven stages: title as a verb, why it matters, an example, the sign."""

import re
from dataclasses import dataclass

from mll_core.domain.stage import Stage, Status


@dataclass(frozen=True)
class Words:
    """How one stage is called, and why it is there."""

    title: str
    short: str
    why: str
    more: str
    example: str
    icon: str


WORDS: dict[Stage, Words] = {
    Stage.BUSINESS: Words(
        "Ask the right question",
        "Question",
        "A model is only as useful as the decision it serves.",
        "Say what you want to know, who acts on the answer, and what must hold before anybody "
        "may rely on it. The success criteria are sealed before the final test is opened.",
        "“Which customers will leave next month, so that we can call 200 of them a week?”",
        ":material/flag:",
    ),
    Stage.COLLECT: Words(
        "Collect the data",
        "Data",
        "Look at the data before trusting it.",
        "Every column is counted, drawn and judged over all rows. What you load is kept "
        "unchanged under its own fingerprint, so every later number can name its data.",
        "A column of customer numbers looks like a number, but says nothing about customers.",
        ":material/database:",
    ),
    Stage.PREPARE: Words(
        "Prepare the data",
        "Prepare",
        "Clean data in steps that can be seen, undone and repeated.",
        "Steps learn from training rows only and are replayed exactly when the model is used. "
        "Some rows are sealed away, so that the final test is honest.",
        "Gaps in income are filled with the median of the training rows, today and next year.",
        ":material/cleaning_services:",
    ),
    Stage.TRAIN: Words(
        "Train models",
        "Train",
        "Try simple and strong models, and keep the simplest that is good enough.",
        "Every model is judged on rows it did not learn from, several times, so each score has "
        "an interval. Scores whose difference may be luck are marked as tied.",
        "If a simple model is tied with a complicated one, the simple one is recommended.",
        ":material/model_training:",
    ),
    Stage.EVALUATE: Words(
        "Judge the model",
        "Evaluate",
        "One honest test, on rows nobody has seen.",
        "The sealed rows are opened once, on purpose, and the opening is logged. Then the "
        "success criteria written down at the start decide, not the mood of the day.",
        "An exam counts because its questions were not known before.",
        ":material/fact_check:",
    ),
    Stage.DEPLOY: Words(
        "Put it to work",
        "Deploy",
        "A model helps nobody until somebody can ask it.",
        "A person approves the model, then it gets an address that answers questions in the "
        "columns you know. Going back to the version before is one click.",
        "A web form sends a customer's record and gets back: likely to leave, because of …",
        ":material/rocket_launch:",
    ),
    Stage.MONITOR: Words(
        "Watch it",
        "Monitor",
        "The world changes, and a model does not notice by itself.",
        "New data is compared with the data the model learned from, and its answers with what "
        "really happened. When it matters, you are told, with what to do.",
        "A new price list makes last year's customers a poor guide to this year's.",
        ":material/monitoring:",
    ),
}

SIGNS: dict[Status, tuple[str, str, str]] = {
    Status.DONE: ("green", ":material/check_circle:", "done"),
    Status.RUNNING: ("blue", ":material/autorenew:", "in progress"),
    Status.CHECK: ("orange", ":material/warning:", "check"),
    Status.STALE: ("orange", ":material/history:", "out of date"),
    Status.TO_DO: ("gray", ":material/radio_button_unchecked:", "to do"),
}
"""Per status: colour, icon and word; the colour never stands alone."""


def sign(status: Status) -> str:
    """The status as a badge in Markdown."""
    colour, icon, word = SIGNS[status]
    return f":{colour}-badge[{icon} {word}]"


JOINER = "\u2060"
"""A word joiner: not to be seen, and no address is recognised across it."""


def escape(text: object) -> str:
    """Text of a user, with every sign that Markdown would act upon made harmless."""
    signs = "\\`*_{}[]()#+-.!|~<>:$"
    return "".join(f"\\{sign}" if sign in signs else sign for sign in unlinked(str(text)))


def unlinked(text: str) -> str:
    """Text in which no address becomes a link."""
    return re.sub(r"(?i)(?<=http)(?=s?:)|(?<=www)(?=\.)|(?=@)", JOINER, text)
