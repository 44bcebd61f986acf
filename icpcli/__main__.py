"""``python -m icpcli`` is the ``icp`` command."""

from __future__ import annotations

from icpcli.cli.app import run

if __name__ == "__main__":
    run()
