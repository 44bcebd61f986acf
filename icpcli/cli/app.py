"""The commands of ``icp``. Each body reads the words, runs one pipeline, and writes what it found.

Rooms below are imported inside the bodies only: ``--help`` and ``--version`` must not wait for pandas.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from icpcli import __version__
from icpcli.cli import options as o
from icpcli.cli import use_options as u
from icpcli.cli.asked import Asked, Format, assignments, date_of, given_flags, weights_of
from icpcli.cli.shell import Exit, Shell

DEFAULT_PROFILE = Path("icp.json")
DEFAULT_SETTINGS = Path("icp.toml")


class Group(TyperGroup):
    """The group of commands; what is wrong with an option is said without the words of the library that noticed."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command; raises BadParameter with the plain message."""
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            error.message = error.message.removeprefix("Value error, ")
            raise


app = typer.Typer(
    name="icp",
    cls=Group,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # Rich would double the time of --help
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Derive an Ideal Customer Profile and its buyer personas from CRM exports, with the evidence.",
    epilog="Start with:  icp derive crm.csv",
)


def _print_version(asked: bool) -> None:  # noqa: FBT001  Typer calls it so
    if asked:
        typer.echo(f"icp {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    """Derive an Ideal Customer Profile and its buyer personas from CRM exports, with the evidence."""


@app.command(
    short_help="Find your ICP and its personas.",
    epilog="Example:  icp derive crm.csv --gross-margin 0.8 -o report.md",
)
def derive(
    paths: o.Paths = None,
    check: o.Check = False,
    attribute: o.Attributes = None,
    ignore: o.Ignored = None,
    require: o.Required = None,
    forbid: o.Forbidden = None,
    min_share: o.MinShare = None,
    weight: o.Weights = None,
    gross_margin: o.GrossMargin = None,
    horizon: o.Horizon = None,
    discount_rate: o.DiscountRate = None,
    retention: o.Retention = None,
    churn: o.Churn = None,
    max_personas: o.MaxPersonas = None,
    seed: o.Seed = None,
    as_of: o.AsOf = None,
    column: o.Columns = None,
    no_merge: o.NoMerge = False,
    row_per_company: o.RowPerCompany = False,
    config: o.Config = None,
    profile: o.Profile = DEFAULT_PROFILE,
    format: o.FormatOption = None,  # noqa: A002  the name of the flag
    output: o.OutputFile = None,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Find the one kind of company to sell to, and its buyer personas; print them and write icp.json."""
    with Shell(quiet, debug, annotates=format is Format.GITHUB)() as shell:
        from icpcli.cli import runs  # noqa: PLC0415  --help must stay light

        flags = given_flags(
            attribute=attribute,
            ignore=ignore,
            require=require,
            forbid=forbid,
            min_share=min_share,
            weights=weights_of(weight),
            gross_margin=gross_margin,
            horizon_months=horizon,
            discount_rate_yearly=discount_rate,
            retention=retention,
            churn=churn,
            max_personas=max_personas,
            seed=seed,
            as_of=date_of(as_of),
            columns=assignments(column),
            merge=False if no_merge else None,
            row_per_company=row_per_company or None,
        )
        asked = Asked(tuple(paths or ()), config, flags, profile, format, output)
        raise typer.Exit(runs.check(shell, asked) if check else runs.derive(shell, asked))


@app.command(short_help="Show who takes part in buying there.", epilog="Example:  icp personas --max 3")
def personas(
    paths: o.Paths = None,
    max_personas: o.MaxPersonas = None,
    rows: o.PeopleRows = None,
    seed: o.Seed = None,
    as_of: o.AsOf = None,
    column: o.Columns = None,
    no_merge: o.NoMerge = False,
    row_per_company: o.RowPerCompany = False,
    config: o.Config = None,
    profile: o.Profile = DEFAULT_PROFILE,
    format: o.FormatOption = None,  # noqa: A002  the name of the flag
    output: o.OutputFile = None,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Show the kinds of people who take part in buying at the companies of the last profile."""
    with Shell(quiet, debug)() as shell:
        from icpcli.cli import runs  # noqa: PLC0415  --help must stay light

        flags = given_flags(
            max_personas=max_personas,
            seed=seed,
            as_of=date_of(as_of),
            columns=assignments(column),
            merge=False if no_merge else None,
            row_per_company=row_per_company or None,
        )
        asked = Asked(tuple(paths or ()), config, flags, profile, format, output)
        raise typer.Exit(runs.personas(shell, asked, rows))


@app.command(short_help="Rank existing customers, best first.", epilog="Example:  icp rank crm.csv --top 10")
def rank(
    paths: o.Paths = None,
    top: o.Top = None,
    explain: o.Explain = None,
    by: o.By = None,
    weight: o.Weights = None,
    gross_margin: o.GrossMargin = None,
    horizon: o.Horizon = None,
    discount_rate: o.DiscountRate = None,
    retention: o.Retention = None,
    churn: o.Churn = None,
    seed: o.Seed = None,
    as_of: o.AsOf = None,
    column: o.Columns = None,
    no_merge: o.NoMerge = False,
    row_per_company: o.RowPerCompany = False,
    config: o.Config = None,
    format: o.FormatOption = None,  # noqa: A002  the name of the flag
    output: o.OutputFile = None,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Rank existing customers, best first, each criterion in its unit."""
    with Shell(quiet, debug)() as shell:
        from icpcli.cli import runs  # noqa: PLC0415  --help must stay light

        flags = given_flags(
            weights=weights_of(weight),
            gross_margin=gross_margin,
            horizon_months=horizon,
            discount_rate_yearly=discount_rate,
            retention=retention,
            churn=churn,
            seed=seed,
            as_of=date_of(as_of),
            columns=assignments(column),
            merge=False if no_merge else None,
            row_per_company=row_per_company or None,
        )
        asked = Asked(tuple(paths or ()), config, flags, DEFAULT_PROFILE, format, output)
        if explain and by:
            raise typer.BadParameter("Either --explain or --by.", param_hint="--by")
        if top and (explain or by):
            other = "--explain" if explain else "--by"
            raise typer.BadParameter(
                f"{other} ranks no customers, so there are no best {top}.", param_hint="--top"
            )
        if explain:
            raise typer.Exit(runs.explain(shell, asked, explain))
        raise typer.Exit(runs.segments(shell, asked, by) if by else runs.rank(shell, asked, top))


@app.command(
    short_help="Does the saved profile still hold?",
    epilog="Example:  icp review crm.csv --history reviews",
)
def review(
    paths: o.Paths = None,
    history: o.History = None,
    today: o.Today = None,
    seed: o.Seed = None,
    as_of: o.AsOf = None,
    column: o.Columns = None,
    no_merge: o.NoMerge = False,
    row_per_company: o.RowPerCompany = False,
    config: o.Config = None,
    profile: o.Profile = DEFAULT_PROFILE,
    format: o.FormatOption = None,  # noqa: A002  the name of the flag
    output: o.OutputFile = None,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Ask a newer export whether the saved profile still holds: keep, refresh, revise or replace, and why."""
    with Shell(quiet, debug, annotates=format is Format.GITHUB)() as shell:
        from icpcli.cli import runs  # noqa: PLC0415  --help must stay light

        flags = given_flags(
            seed=seed,
            as_of=date_of(as_of),
            columns=assignments(column),
            merge=False if no_merge else None,
            row_per_company=row_per_company or None,
        )
        asked = Asked(tuple(paths or ()), config, flags, profile, format, output)
        day = date_of(today, "--today") or date.today()  # noqa: DTZ011  the user's own day; no other room reads a clock
        raise typer.Exit(runs.review(shell, asked, day, history))


@app.command(
    short_help="Show what was understood of your data.",
    epilog="Example:  icp inspect exports/ --rejects rejects.csv",
)
def inspect(
    paths: o.Paths = None,
    rejects: o.Rejects = None,
    as_of: o.AsOf = None,
    column: o.Columns = None,
    no_merge: o.NoMerge = False,
    row_per_company: o.RowPerCompany = False,
    config: o.Config = None,
    format: o.FormatOption = None,  # noqa: A002  the name of the flag
    output: o.OutputFile = None,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Show what was understood: files, objects, columns, units, and the rows left out and why."""
    with Shell(quiet, debug)() as shell:
        from icpcli.cli import runs  # noqa: PLC0415  --help must stay light

        flags = given_flags(
            as_of=date_of(as_of),
            columns=assignments(column),
            merge=False if no_merge else None,
            row_per_company=row_per_company or None,
        )
        asked = Asked(tuple(paths or ()), config, flags, DEFAULT_PROFILE, format, output)
        raise typer.Exit(runs.inspect(shell, asked, rejects))


@app.command(
    short_help="Write a commented icp.toml from your data.",
    epilog="Example:  icp init exports/",
)
def init(
    paths: o.Paths = None,
    force: o.Force = False,
    output: o.SettingsOutput = DEFAULT_SETTINGS,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Write an icp.toml with every setting, commented, from what is understood of your exports."""
    with Shell(quiet, debug)() as shell:
        from icpcli.cli.initial import init as run_init  # noqa: PLC0415  --help must stay light

        raise typer.Exit(run_init(shell, tuple(paths or ()), output, force=force))


@app.command(short_help="Score companies never seen.", epilog="Example:  icp score leads.csv -o scored.csv")
def score(
    path: u.OneFile,
    hypothesis: u.Hypothesis = False,
    column: o.Columns = None,
    config: o.Config = None,
    profile: o.Profile = DEFAULT_PROFILE,
    format: u.ScoreFormat = None,  # noqa: A002  the name of the flag
    output: o.OutputFile = None,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Append to each row of a file how well its company fits the last profile, whether it matches, and why."""
    with Shell(quiet, debug)() as shell:
        from icpcli.cli import scores  # noqa: PLC0415  --help must stay light

        flags = given_flags(columns=assignments(column))
        asked = Asked((path,), config, flags, profile, format, output)
        raise typer.Exit(scores.score(shell, asked, hypothesis=hypothesis))


@app.command(
    short_help="Write the scorecard for SQL or a CRM.",
    epilog="Example:  icp export --to sql -o scorecard.sql",
)
def export(
    to: u.To,
    table: u.TableName = "companies",
    hypothesis: u.Hypothesis = False,
    column: o.Columns = None,
    profile: o.Profile = DEFAULT_PROFILE,
    output: o.OutputFile = None,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Write the last profile's scorecard as a query, as formulas of HubSpot or Salesforce, or as a table."""
    with Shell(quiet, debug)() as shell:
        from icpcli.cli import exports  # noqa: PLC0415  --help must stay light

        columns = assignments(column) or {}
        raise typer.Exit(exports.export(shell, profile, to, columns, table, output, hypothesis=hypothesis))


def run() -> None:
    """Run ``icp`` with the words of this process."""
    app(prog_name="icp")


__all__ = ["Exit", "app", "run"]
