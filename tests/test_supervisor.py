import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import psutil
import pytest

PATIENCE = 90


class Workbench:
    """A started ``mll`` and what it says, line by line."""

    def __init__(self, home: Path, *words: str) -> None:
        command = [sys.executable, "-m", "mll_core.cli", "--no-browser", "--home", str(home)]
        self.process = subprocess.Popen(
            [*command, *words],
            env={**os.environ, "MLL_DEMO": "0"},
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(line.strip())

    def wait_for(self, pattern: str) -> str:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for line in list(self.lines):
                if found := re.search(pattern, line):
                    return found.group(found.lastindex or 0)
            time.sleep(0.1)
        raise AssertionError(f"{pattern!r} was never said: {self.lines}")

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(30)
        self._reader.join(5)
        assert self.process.stdout
        self.process.stdout.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_it_tells_its_addresses_starts_what_dies_again_and_stops_all(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        bench = Workbench(tmp_path, "--ui-port", str(port), "--api-port", str(free_port()))
        try:
            assert bench.wait_for(rf"Port {port} is taken.*use (\d+) instead") != str(port)
            ui, api = bench.wait_for(r"Workbench: +(\S+)"), bench.wait_for(r"service: +(\S+)/docs")
            assert httpx.get(f"{ui}/_stcore/health").text == "ok"
            page = httpx.get(ui)
            assert page.headers["x-frame-options"] == "DENY"
            assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
            assert httpx.get(f"{ui}/_stcore/metrics").status_code == 404
            assert httpx.put(f"{ui}/api/upload/x.csv", content=b"a,b").status_code == 403
            assert httpx.get(f"{api}/health").status_code == 200

            children = psutil.Process(bench.process.pid).children()
            worker = next(c for c in children if "worker" in c.cmdline())
            worker.kill()
            bench.wait_for("The worker ended .* starting it again")
            family = psutil.Process(bench.process.pid).children(recursive=True)
        finally:
            bench.close()
        assert bench.process.returncode == 0
        assert bench.lines[-1] == "Stopped. Nothing is lost."
        assert not [p for p in psutil.wait_procs(family, timeout=10)[1] if p.is_running()]
