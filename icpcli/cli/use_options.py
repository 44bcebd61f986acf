"""Options of the commands that use a saved profile on other companies or elsewhere."""

from __future__ import annotations

from typing import Annotated

import typer

from icpcli.cli.options import Format

OneFile = Annotated[
    str,
    typer.Argument(metavar="PATH", help="One file of companies, contacts or leads, or - for standard input."),
]
Hypothesis = Annotated[
    bool,
    typer.Option(
        "--hypothesis",
        help="Use the best candidate although the data support no profile.",
    ),
]
ScoreFormat = Annotated[
    Format | None,
    typer.Option(
        "--format",
        envvar="ICP_FORMAT",
        help="Default: csv, the file's own rows with the scores; terminal on a screen.",
        show_default=False,
    ),
]
