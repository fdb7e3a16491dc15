import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from read_only import read_only

from mll_core.domain.secret import Secret
from mll_core.infra.logs import RedactedStream, in_file, start_log

TOLD = "opal-canary-17"
SAID = "basalt-canary-23"


@pytest.fixture
def log(tmp_path: Path) -> Iterator[tuple[logging.Logger, Path]]:
    path = start_log(tmp_path, "test", "mll.test-logs")
    made = logging.getLogger("mll.test-logs")
    assert start_log(tmp_path, "test", "mll.test-logs") == path
    assert len(made.handlers) == 1
    yield made, path
    for handler in list(made.handlers):
        made.removeHandler(handler)
        handler.close()


def test_no_secret_is_logged_not_in_messages_arguments_or_tracebacks(
    log: tuple[logging.Logger, Path],
) -> None:
    logger, path = log
    secret = Secret(TOLD)
    logger.info("connecting with %s as %s", secret.reveal(), {"password": SAID})
    logger.info("postgresql://ana:%s@db/x", SAID)
    try:
        try:
            raise ValueError(f"no route to mysql://ana:{SAID}@db")
        except ValueError as error:
            raise RuntimeError(f"{secret.reveal()} was refused") from error
    except RuntimeError:
        logger.exception("with Authorization: Bearer %s", SAID, stack_info=True)
    text = path.read_text()
    assert TOLD not in text
    assert SAID not in text
    assert text.count("***") >= 6
    assert "RuntimeError: *** was refused" in text
    assert "no route to mysql://ana:***@db" in text


def test_a_stream_is_redacted_line_by_line_also_when_a_line_comes_in_pieces() -> None:
    kept = StringIO()
    stream = RedactedStream(kept)
    print("see postgresql://ana:", SAID, "@db", sep="", end="", file=stream)
    print(" and on\nnext", file=stream)
    stream.writelines(["a\n", "b"])
    stream.flush()
    assert kept.getvalue() == "see postgresql://ana:***@db and on\nnext\na\nb"
    assert not stream.isatty()


def test_what_a_dying_process_prints_has_no_secrets_in_it() -> None:
    code = (
        "import os, sys; from mll_core.infra.logs import redact_output; "
        "from mll_core.domain.secret import Secret; redact_output(); redact_output(); "
        "word = Secret(os.environ['WORD']); print('out', word.reveal()); "
        "raise RuntimeError('http://ana:' + word.reveal() + '@x ' + word.reveal())"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "WORD": TOLD},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stdout == "out ***\n"
    assert "RuntimeError: http://ana:***@x ***" in ended.stderr
    assert TOLD not in ended.stderr


def test_a_log_that_cannot_be_written_is_not_named_as_where_to_look(tmp_path: Path) -> None:
    name = f"mll.{tmp_path.name}"
    assert not in_file(name)
    start_log(tmp_path, "some", name)
    assert in_file(name)
    with read_only(tmp_path):
        assert not in_file(name)
