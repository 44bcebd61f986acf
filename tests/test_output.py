"""Files are written whole or not at all."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from icpcli.errors import OutputError
from icpcli.output import ensure_writable, write_whole

if TYPE_CHECKING:
    from pathlib import Path


def test_a_new_file_gets_the_permissions_of_any_new_file(tmp_path: Path):
    """A report can be read by those who can read any other file made here, not by its writer alone."""
    usual = tmp_path / "usual"
    usual.write_text("x", encoding="utf-8")

    write_whole(tmp_path / "report.md", "text\n")

    assert (tmp_path / "report.md").stat().st_mode == usual.stat().st_mode


def test_a_replaced_file_keeps_its_permissions(tmp_path: Path):
    """Replacing a private file does not make it public."""
    path = tmp_path / "icp.json"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o600)

    write_whole(path, "new")

    assert path.read_text(encoding="utf-8") == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_failed_write_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A disk that fills up in the middle of a write costs neither the old profile nor a stray file."""
    path = tmp_path / "icp.json"
    path.write_text("old", encoding="utf-8")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left on device"):
        write_whole(path, "new")

    assert path.read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["icp.json"]


def test_a_link_stays_a_link(tmp_path: Path):
    """Writing through a symbolic link changes the file behind it and keeps the link."""
    target, link = tmp_path / "real.json", tmp_path / "icp.json"
    target.write_text("old", encoding="utf-8")
    link.symlink_to(target)

    write_whole(link, "new")

    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == "new"


def test_a_device_is_written_to_and_not_replaced(tmp_path: Path):
    """What is no ordinary file, such as a pipe, receives the text itself."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)

    write_whole(pipe, "through")

    assert os.read(reader, 100) == b"through"
    os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.parametrize(("name", "says"), [("", "is a folder"), ("missing/report.md", "there is no folder")])
def test_an_impossible_target_is_refused_before_any_work(tmp_path: Path, name: str, says: str):
    """A place that cannot be written to is named at once, not after the work is done."""
    with pytest.raises(OutputError, match=says):
        ensure_writable(tmp_path / name)
