"""Parents, referrers and web sites are known however they are written, and what everybody shares relates nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from icpcli.load.companies.relatives import EVERYBODYS
from icpcli.load.exports import load_exports
from icpcli.model.common import CrmObject
from icpcli.rollup.accounts import roll_up_accounts
from icpcli.settings import DEFAULTS

if TYPE_CHECKING:
    from pathlib import Path

ACME = "001A0000006Vm9r"


def groups_of(
    path: Path, header: str, cells: list[str], *, first: str = "Société Mère SAS"
) -> tuple[list[int], list[str]]:
    """The groups of companies with these cells in a column, the first company named, and the codes of the findings."""
    rows = [f"Account ID,Company,MRR,{header}"]
    names = [first, *(f"Firm {i}" for i in range(1, len(cells)))]
    ids = [ACME, *(f"002B000000{i:05d}" for i in range(1, len(cells)))]
    rows += [f'{i},{name},100,"{cell}"' for i, name, cell in zip(ids, names, cells, strict=True)]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    exports = load_exports([str(path)], DEFAULTS)
    accounts = roll_up_accounts(exports, DEFAULTS).accounts.set_index("account_key")
    codes = [f.code for f in exports.findings]
    return accounts.loc[ids, "group"].tolist(), codes


def test_a_parent_that_the_book_lacks_is_no_company_whose_id_its_own_begins_with(tmp_path: Path):
    """Long ids of other systems share their first characters: neither sister is the child of a third firm."""
    path = tmp_path / "a.csv"
    rows = ["415086800000624,Firm 1,", "2,Firm 2,415086800000624777", "3,Firm 3,415086800000624777"]
    path.write_text("\n".join(["Account ID,Company,Parent Account ID", *rows]) + "\n", encoding="utf-8")

    accounts = load_exports([str(path)], DEFAULTS).tables[CrmObject.ACCOUNT]

    parents = dict(zip(*(accounts[n].to_pylist() for n in ("account_key", "parent_key")), strict=True))
    assert parents["415086800000624"] is None
    assert parents["2"] == parents["3"] == "name:415086800000624777"


@pytest.mark.parametrize(
    "parent",
    ["Société Mère", "SOCIETE MERE S.A.S.", ACME, f"{ACME}IAC", f"Société Mère ({ACME})"],
)
def test_a_parent_is_known_by_id_or_name_however_it_is_written(tmp_path: Path, parent: str):
    """Without accents or the legal form, by an id of 15 or 18 characters, by a name with the id in brackets."""
    groups, _ = groups_of(tmp_path / "a.csv", "Parent Account", ["", parent, "", ""])

    assert groups[0] == groups[1]
    assert len(set(groups)) == 3


@pytest.mark.parametrize(
    "referrer",
    ["Société Mère", "SOCIETE MERE S.A.S.", ACME, f"{ACME}IAC", f"Société Mère ({ACME})"],
)
def test_who_referred_a_company_is_known_by_id_or_name_however_it_is_written(tmp_path: Path, referrer: str):
    """Six customers who say who sent them are six referrals given, whatever spelling they use."""
    rows = [f"{ACME},Société Mère SAS,100,", "2,Nobody,100,Somebody", "3,Firm 3,100,"]
    rows += [f"B{i},Firm B{i},100,{referrer}" for i in range(6)]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["Account ID,Company,MRR,Referred by", *rows]) + "\n", encoding="utf-8")

    accounts = roll_up_accounts(load_exports([str(path)], DEFAULTS), DEFAULTS).accounts

    assert accounts.set_index("account_key")["referrals"].to_dict() == {
        ACME: 6,
        "2": 0,
        "3": 0,
        **{f"B{i}": 0 for i in range(6)},
    }


def test_a_referrer_or_a_parent_that_only_deals_name_is_known_too(tmp_path: Path):
    """A company that stands in no list has an id in the deals: who names it there means it."""
    (tmp_path / "companies.csv").write_text(
        "Account ID,Company,MRR,Referred by,Parent Account\n1,Acme,5,Bolt,7\n2,Crux,5,Bolt SAS,\n",
        encoding="utf-8",
    )
    (tmp_path / "deals.csv").write_text(
        "Deal ID,Account ID,Account name,Amount,Stage\nD1,7,Bolt GmbH,9,Closed Won\n", encoding="utf-8"
    )

    exports = load_exports([str(tmp_path)], DEFAULTS)

    names = ("account_key", "referrer_key", "parent_key")
    told = list(zip(*(exports.tables[CrmObject.ACCOUNT][n].to_pylist() for n in names), strict=True))
    assert told == [("1", "7", "7"), ("2", "7", None), ("7", None, None)]
    assert roll_up_accounts(exports, DEFAULTS).accounts["referrals"].tolist() == [0, 0, 2]


def test_a_referrer_whose_name_two_companies_bear_is_neither(tmp_path: Path):
    """Two firms called Acme do not both give the referral that one of them gave."""
    rows = ["1,Acme,100,Paris,", "2,Acme,100,Lyon,", "3,Bolt,100,Lyon,Acme", "4,Crux,100,Lyon,Bolt"]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["Account ID,Company,MRR,City,Referred by", *rows]) + "\n", encoding="utf-8")

    accounts = roll_up_accounts(load_exports([str(path)], DEFAULTS), DEFAULTS).accounts

    assert accounts["referrals"].tolist() == [0, 0, 1, 0]


@pytest.mark.parametrize(
    "header",
    [
        "Parent Account ID",
        "PARENTID",
        "Parent Account: Account ID",
        "Parent Company ID",
        "Ultimate parent",
        "Compte parent",
        "ID du compte parent",
    ],
)
def test_the_column_of_the_parent_has_many_names(tmp_path: Path, header: str):
    """Salesforce, HubSpot, Data Loader, in English and French."""
    groups, _ = groups_of(tmp_path / "a.csv", header, ["", ACME, ACME, ""])

    assert groups[0] == groups[1] == groups[2] != groups[3]


def test_one_site_in_many_writings_is_one_site_and_a_mail_provider_is_none(tmp_path: Path):
    """With and without www and path the same domain relates; gmail.com relates nobody."""
    sites = [
        "https://www.acme.example/",
        "acme.example",
        "http://WWW.ACME.example/fr",
        "gmail.com",
        "gmail.com",
        "",
    ]

    groups, codes = groups_of(tmp_path / "a.csv", "Website", sites)

    assert groups[0] == groups[1] == groups[2]
    assert len(set(groups)) == 4
    assert EVERYBODYS not in codes


@pytest.mark.parametrize("word", ["0", "Aucune", "Independent"])
def test_a_word_for_none_is_no_parent(tmp_path: Path, word: str):
    """Companies without a parent are not each other's relatives, whatever the form writes then."""
    groups, codes = groups_of(tmp_path / "a.csv", "Parent company", [word] * 20)

    assert len(set(groups)) == 20
    assert EVERYBODYS not in codes


def test_what_most_companies_share_relates_nobody_and_is_told(tmp_path: Path):
    """A default in the parent's column, or one site of a portal for all, is no family; a parent that few share is."""
    cells = ["Own parent"] * 30 + ["Holding"] * 3 + [""] * 7

    groups, codes = groups_of(tmp_path / "a.csv", "Parent company", cells)

    assert len(set(groups)) == 38
    assert codes.count(EVERYBODYS) == 1


def test_a_parent_that_is_a_company_of_the_book_keeps_its_children_however_many(tmp_path: Path):
    """A holding that owns most of the customers is one family."""
    groups, codes = groups_of(tmp_path / "a.csv", "Parent company", ["", *["Société Mère"] * 30, ""])

    assert len(set(groups)) == 2
    assert EVERYBODYS not in codes
