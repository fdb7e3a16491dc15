"""Workspaces for pages: an empty one, and one whose project went through all seven stages."""

from pathlib import Path

import projects
import pytest

from mll_core.workspace import Workspace


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("MLL_HOME", str(tmp_path / "home"))
    return Workspace.open(tmp_path / "home")


@pytest.fixture
def finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("MLL_HOME", str(tmp_path / "home"))
    return projects.finished(tmp_path)
