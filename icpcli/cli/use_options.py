"""Options of the commands that use a saved profile on other companies or elsewhere."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from icpcli.cli.asked import Format


class Target(StrEnum):
    """Where a scorecard is exported to."""

    SQL = "sql"
    HUBSPOT = "hubspot"
    SALESFORCE = "salesforce"
    CSV = "csv"


To = Annotated[
    Target,
    typer.Option("--to", help="sql (a query), hubspot, salesforce (formulas), csv (the scorecard's lines)."),
]
TableName = Annotated[
    str,
    typer.Option("--table", metavar="NAME", help="With --to sql: the table that holds the companies."),
]
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
