"""icp export --to sql: the query gives what icp score gives, row for row."""

from __future__ import annotations

import dataclasses
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pytest
from scored_cases import Case, odd_case

from icpcli.export.plan import plan_of
from icpcli.export.sql import sql_of
from icpcli.load.exports import load_exports
from icpcli.model.profile import Condition, FieldReport
from icpcli.pipeline.sources import account_readings, field_sources
from icpcli.settings import Settings
from icpcli.store import to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd


def query_of(case: Case) -> str:
    """The export as a query whose rows come back in their order."""
    query = sql_of(plan_of(case.saved, {}), "companies")
    return f'SELECT icp_points, icp_match, icp_fit FROM (\n{query}) AS answer ORDER BY "row number"'  # noqa: S608  our own query


def numbered(case: Case) -> pd.DataFrame:
    """The rows as texts, with their place."""
    return case.rows.assign(**{"row number": range(len(case.rows))})


def test_duckdb_gives_the_points_of_icp_score_row_for_row(case: Case):
    """The query runs on the raw columns, all text, and agrees in points, match and fit."""
    connection = duckdb.connect()
    connection.register("companies", pa.Table.from_pandas(numbered(case)))

    answer = connection.execute(query_of(case)).fetchall()

    assert [int(row[0]) for row in answer] == case.points
    assert [row[1] for row in answer] == case.matches
    assert [row[2] for row in answer] == case.fits


def test_the_query_survives_the_line_ends_of_any_editor(case: Case):
    """With Windows' line ends it answers the same: no text in it holds one."""
    rows = numbered(case)
    connection = duckdb.connect()
    connection.register("companies", rows)

    answer = connection.execute(query_of(case).replace("\n", "\r\n")).fetchall()

    assert [int(row[0]) for row in answer] == case.points


def test_duckdb_that_guesses_types_gives_the_same(case: Case, tmp_path: Path):
    """Where the database has made numbers of the columns, or NULL of blanks, nothing changes."""
    numbered(case).to_csv(tmp_path / "companies.csv", index=False)
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE companies AS SELECT * FROM read_csv('{tmp_path / 'companies.csv'}')")  # noqa: S608  our own path

    answer = connection.execute(query_of(case)).fetchall()

    assert [int(row[0]) for row in answer] == case.points


@pytest.fixture(scope="module")
def postgres() -> Iterator[Any]:
    """A PostgreSQL server of the test's own on a socket; skipped where none is installed."""
    psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin")) or [
        Path(p).parent for p in [shutil.which("initdb")] if p
    ]
    if not found:
        pytest.skip("PostgreSQL is not installed on this machine")
    as_user: dict[str, Any] = {"cwd": "/", "check": True}
    with tempfile.TemporaryDirectory(prefix="icp-pg-", ignore_cleanup_errors=True) as name:
        if os.geteuid() == 0:  # PostgreSQL does not run as root
            try:
                shutil.chown(name, "postgres")
            except LookupError:
                pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
            as_user["user"] = "postgres"
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **as_user}
        data, binaries = Path(name) / "data", found[-1]
        run = subprocess.run
        run(
            [
                binaries / "initdb",
                "-D",
                data,
                "-U",
                "icp",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale",
                "C",
                "-N",
            ],
            **quiet,
        )
        pg_ctl = [binaries / "pg_ctl", "-D", data, "-w", "-t", "120"]
        run([*pg_ctl, "-l", data / "log", "-o", f"-k {name} -c listen_addresses='' -F", "start"], **quiet)
        try:
            with psycopg.connect(host=name, user="icp", dbname="postgres", autocommit=True) as connection:
                yield connection
        finally:
            run([*pg_ctl, "-m", "immediate", "stop"], **quiet)


def test_postgresql_gives_the_points_of_icp_score_row_for_row(case: Case, postgres: Any):
    """The same text runs on PostgreSQL, in a locale that knows no accented capitals, and agrees."""
    rows = numbered(case)
    columns = ", ".join(f'"{name.replace(chr(34), chr(34) * 2)}" text' for name in case.rows)
    postgres.execute(
        f'DROP TABLE IF EXISTS companies; CREATE TABLE companies ({columns}, "row number" integer)'
    )
    with postgres.cursor() as cursor, cursor.copy("COPY companies FROM STDIN") as copy:
        for row in rows.itertuples(index=False):
            copy.write_row(row)

    answer = postgres.execute(query_of(case)).fetchall()

    assert [int(row[0]) for row in answer] == case.points
    assert [row[1] for row in answer] == case.matches
    assert [row[2] for row in answer] == case.fits


def test_what_the_query_cannot_read_of_its_own_export_is_said(icp: Callable, tmp_path: Path):
    """Amounts such as "1,2 M€", too many to list, are unknown to the query: the query and stderr say so, and how percent is taken."""
    rows = "".join(f"Firm {n};{n / 10:.1f} M€;{n % 9 + 1} %\n".replace(".", ",") for n in range(10, 240))
    (tmp_path / "crm.csv").write_text(
        f"Nom de l'entreprise;Chiffre d'affaires;Export share\n{rows}", encoding="utf-8"
    )
    exports = load_exports([str(tmp_path / "crm.csv")], Settings())
    sources = field_sources(account_readings(exports))
    told = odd_case().saved
    rule = (
        Condition("annual_revenue", "between", at_least=2e6),
        Condition("Export share", "between", at_least=0.05, unit="%"),
    )
    fields = tuple(FieldReport(c.field, 1.0, 1.0, sources[c.field]) for c in rule)
    saved = dataclasses.replace(
        told, profile=dataclasses.replace(told.profile, conditions=rule), fields=fields
    )
    (tmp_path / "icp.json").write_text(to_json(saved), encoding="utf-8")

    ran = icp("export", "--to", "sql")

    for place in (ran.stdout, ran.stderr):
        assert "Chiffre d'affaires: the export wrote its figures with signs or words" in place
        assert "Export share: the export wrote percent" in place
        assert "Effectif:" not in place


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("companies", '"companies"'),
        ("crm.companies", '"crm"."companies"'),
        ("lake.crm.all companies", '"lake"."crm"."all companies"'),
        ('"crm.v2".companies', '"crm.v2"."companies"'),
        ('crm."the ""big"" one"', '"crm"."the ""big"" one"'),
        ('5" pipes', '"5"" pipes"'),
    ],
)
def test_a_table_in_a_schema_is_named_part_by_part(name: str, said: str):
    """Every warehouse has schemas: crm.companies is a table of one, and no table with a dot in its name."""
    query = sql_of(plan_of(odd_case().saved, {}), name)

    assert f"FROM {said} AS companies" in query


def test_columns_of_another_table_are_named_by_the_user(icp: Callable, tmp_path: Path):
    """--table and --column put the names of a warehouse into the query; a field that is not scored is refused."""
    (tmp_path / "icp.json").write_text(to_json(odd_case().saved), encoding="utf-8")

    named = icp("export", "--to", "sql", "--table", "crm accounts", "--column", "account.industry=branch")
    wrong = icp("export", "--to", "sql", "--column", "account.channel=source")

    assert 'FROM "crm accounts" AS companies' in named.stdout
    assert 'CAST("branch" AS VARCHAR' in named.stdout
    assert wrong.code == 1
    assert "the scorecard has no field 'channel'" in wrong.stderr
