"""Every option, declared once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from icpcli.cli.asked import Format, assignment
from icpcli.settings import MAX_PERSONAS

Paths = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PATH...", help="Exports: files, folders, or - for standard input.", show_default=False
    ),
]
Profile = Annotated[
    Path,
    typer.Option(
        "--profile",
        envvar="ICP_PROFILE",
        metavar="FILE",
        help="The profile file.",
    ),
]
Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        envvar="ICP_CONFIG",
        metavar="FILE",
        help="An icp.toml, or a pyproject.toml with [tool.icp]. Default: ./icp.toml, else ./pyproject.toml.",
        show_default=False,
    ),
]
FormatOption = Annotated[
    Format | None,
    typer.Option(
        "--format",
        envvar="ICP_FORMAT",
        help="Default: by the suffix of -o, else terminal. csv where the result is a table; github: annotations.",
        show_default=False,
    ),
]
OutputFile = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write the report there, not to stdout.",
        show_default=False,
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        envvar="ICP_AS_OF",
        metavar="DATE",
        help="Today, for the data (YYYY-MM-DD). Default: their latest past event.",
        show_default=False,
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        "--seed",
        envvar="ICP_SEED",
        metavar="N",
        help="Of all chance. Default: 0.",
        show_default=False,
    ),
]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        metavar="[FILE:]OBJECT.FIELD=HEADER",
        help="Say which column holds a field, as in --column account.mrr='Monthly fee'. Repeatable.",
        parser=assignment,
        show_default=False,
    ),
]
NoMerge = Annotated[
    bool,
    typer.Option(
        "--no-merge",
        envvar="ICP_NO_MERGE",
        help="Keep duplicate companies apart.",
    ),
]
Quiet = Annotated[
    bool,
    typer.Option(
        "--quiet",
        "-q",
        help="Nothing on stderr but errors.",
    ),
]
Debug = Annotated[
    bool,
    typer.Option(
        "--debug",
        help="Show the traceback of an error.",
    ),
]
Check = Annotated[
    bool,
    typer.Option(
        "--check",
        help="Write nothing: exit 4, with the difference, if icp.json is not what this export gives.",
    ),
]
Attributes = Annotated[
    list[str] | None,
    typer.Option(
        "--attribute",
        metavar="FIELD",
        help="Search this field too, even if it looks like a leak. Repeatable.",
        show_default=False,
    ),
]
Ignored = Annotated[
    list[str] | None,
    typer.Option(
        "--ignore",
        metavar="FIELD",
        help="Leave this field out of the search. Repeatable.",
        show_default=False,
    ),
]
Required = Annotated[
    list[str] | None,
    typer.Option(
        "--require",
        metavar="CONDITION",
        help="The profile must have it: country=France, employees=50-499, employees>=50. Repeatable.",
        show_default=False,
    ),
]
Forbidden = Annotated[
    list[str] | None,
    typer.Option(
        "--forbid",
        metavar="FIELD[=VALUE]",
        help="The profile must not use this field, value or interval. Repeatable.",
        show_default=False,
    ),
]
MinShare = Annotated[
    float | None,
    typer.Option(
        "--min-share",
        envvar="ICP_MIN_SHARE",
        metavar="SHARE",
        help="The profile must hold at least this share of customers (0-1).",
        show_default=False,
    ),
]
Weights = Annotated[
    list[str] | None,
    typer.Option(
        "--weight",
        metavar="CRITERION=N",
        parser=assignment,
        show_default=False,
        help="Weigh acquisition_cost, retention, lifetime_value or advocacy. Default: 1 each. Repeatable.",
    ),
]
GrossMargin = Annotated[
    float | None,
    typer.Option(
        "--gross-margin",
        envvar="ICP_GROSS_MARGIN",
        metavar="SHARE",
        help="Margin as a share of revenue (0-1), where no cost is exported.",
        show_default=False,
    ),
]
Horizon = Annotated[
    int | None,
    typer.Option(
        "--horizon",
        envvar="ICP_HORIZON_MONTHS",
        metavar="MONTHS",
        help="Count lifetime value and retention over so many months from the first day. Default: 36.",
        show_default=False,
    ),
]
DiscountRate = Annotated[
    float | None,
    typer.Option(
        "--discount-rate",
        envvar="ICP_DISCOUNT_RATE_YEARLY",
        metavar="SHARE",
        help="Discount lifetime value by so much a year (0-1). Default: 0.1.",
        show_default=False,
    ),
]
Retention = Annotated[
    str | None,
    typer.Option(
        "--retention",
        envvar="ICP_RETENTION",
        metavar="contract|repeat|single",
        help="How customers stay: leave on a date, buy again, or buy once. Default: as the data say.",
        show_default=False,
    ),
]
Churn = Annotated[
    str | None,
    typer.Option(
        "--churn",
        envvar="ICP_CHURN",
        metavar="account|subscriptions|events|contracts",
        help="Which evidence says who left, where there are several. Default: the first of these that has any.",
        show_default=False,
    ),
]
RowPerCompany = Annotated[
    bool,
    typer.Option(
        "--row-per-company",
        envvar="ICP_ROW_PER_COMPANY",
        help="Rows that name no company are each a company of their own.",
    ),
]
By = Annotated[
    str | None,
    typer.Option(
        "--by",
        metavar="FIELD",
        help="Compare the groups of a field of companies (industry, channel, ...) instead.",
        show_default=False,
    ),
]
MaxPersonas = Annotated[
    int | None,
    typer.Option(
        "--max",
        envvar="ICP_MAX_PERSONAS",
        metavar="N",
        min=1,
        max=MAX_PERSONAS,
        help="At most so many personas (1-10). Default: 3.",
        show_default=False,
    ),
]
PeopleRows = Annotated[
    Path | None,
    typer.Option(
        "--rows",
        metavar="FILE.csv",
        help="Also write one row per person: contact_id, persona, probability.",
        show_default=False,
    ),
]
Top = Annotated[
    int | None,
    typer.Option(
        "--top",
        metavar="N",
        min=1,
        help="Only the best N. Default: 20 on a screen, all in a file.",
        show_default=False,
    ),
]
Explain = Annotated[
    str | None,
    typer.Option(
        "--explain",
        metavar="NAME",
        help="One customer's figures, and where it stands in each.",
        show_default=False,
    ),
]
Force = Annotated[
    bool,
    typer.Option(
        "--force",
        help="Write over the file that is there.",
    ),
]
SettingsOutput = Annotated[
    Path,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="The settings file to write.",
    ),
]
Rejects = Annotated[
    Path | None,
    typer.Option(
        "--rejects",
        metavar="FILE.csv",
        help="Write the rows that did not fit, and the cells that could not be read, with line and reason.",
        show_default=False,
    ),
]
History = Annotated[
    Path | None,
    typer.Option(
        "--history",
        envvar="ICP_HISTORY",
        metavar="DIR",
        help="Add this review to DIR/reviews.jsonl, and show the trend.",
        show_default=False,
    ),
]
Today = Annotated[
    str | None,
    typer.Option(
        "--today",
        envvar="ICP_TODAY",
        metavar="DATE",
        help="The day of the review (YYYY-MM-DD). Default: the system's.",
        show_default=False,
    ),
]
