"""Which field a header names, whichever CRM and language wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from raw_tables import raw

from icpcli.errors import SettingsError
from icpcli.load.exports import load_exports
from icpcli.load.fields.columns import check_overrides, columns_of
from icpcli.load.fields.understood import understand
from icpcli.load.files.read import table_in
from icpcli.load.texts.headers import fold_header, synonyms
from icpcli.model.common import CrmObject
from icpcli.model.fields import FIELDS
from icpcli.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from icpcli.load.fields.understood import Understood


def fields(file: Understood, wanted: CrmObject) -> dict[str, str]:
    """The header that holds each field of an object."""
    return {field: column.header for field, column in file.of(wanted).items()}


@pytest.mark.parametrize(
    "header",
    [
        "CustomerSince",
        "customer_since",
        "Customer since",
        "CUSTOMER SINCE*",
        "Account: Customer Since",
        "Customer\u00a0since",
    ],
)
def test_one_header_in_many_spellings_is_one(header: str):
    """Case, separators, camel case, required marks and object prefixes do not make another column."""
    assert fold_header(header) == "customer since"


def test_accents_and_both_apostrophes_fold_alike():
    """A French header is the same with a typewriter's apostrophe, a printer's, or no accent."""
    assert fold_header("Secteur d’activité") == fold_header("secteur d'activite") == "secteur d activite"


def test_every_known_header_is_written_folded_and_names_a_field_that_exists():
    """The table of synonyms can be matched at all: its headers are folded, its fields are those of the model."""
    for name, table in synonyms().items():
        assert set(table) <= set(FIELDS[CrmObject(name)])
        for lists in table.values():
            headers = [*lists["sure"], *lists["hint"]]
            assert [h for h in headers if fold_header(h) != h] == []
            assert len(headers) == len(set(headers))


def test_a_flat_file_is_understood_without_configuration():
    """The columns of a typical company list find their fields, and an unknown one stays a column of its own."""
    file = understand(
        raw(
            **{
                "id": ["1", "2"],
                "Company name": ["Acme", "Bolt"],
                "Industry": ["Retail", "Energy"],
                "Employees": ["11-50", "200"],
                "Source": ["Ads", "Fair"],
                "Acquisition cost": ["1,200.50", "90"],
                "Customer since": ["2024-01-31", "2023-02-01"],
                "MRR": ["$100", "$90"],
                "Favourite colour": ["red", "blue"],
            }
        ),
        {},
    )

    assert file.object is CrmObject.ACCOUNT
    assert fields(file, CrmObject.ACCOUNT) == {
        "account_id": "id",
        "name": "Company name",
        "industry": "Industry",
        "employees": "Employees",
        "channel": "Source",
        "acquisition_cost": "Acquisition cost",
        "customer_since": "Customer since",
        "mrr": "MRR",
    }
    assert [column.header for column in file.custom()] == ["Favourite colour"]


def test_people_on_the_rows_of_companies_make_contacts_too():
    """A company list with a person per row gives both the company's fields and the person's."""
    file = understand(
        raw(
            **{
                "Company name": ["Acme", "Bolt"],
                "Industry": ["Retail", "Energy"],
                "Employees": ["11", "20"],
                "First name": ["Ann", "Bob"],
                "Email": ["a@acme.com", "b@bolt.com"],
                "Job title": ["CEO", "Buyer"],
            }
        ),
        {},
    )

    assert fields(file, CrmObject.ACCOUNT)["industry"] == "Industry"
    assert fields(file, CrmObject.CONTACT)["job_title"] == "Job title"
    assert "First name" not in [column.header for column in file.custom()]


def test_the_bare_id_of_a_deal_is_never_its_companys():
    """Deals numbered 1, 2, 3 beside companies numbered 1, 2, 3 are joined by the company's name, not by that number."""
    file = understand(
        raw(
            "deals.csv",
            **{
                "id": ["1", "2"],
                "Company": ["Bolt", "Acme"],
                "Stage": ["Won", "Lost"],
                "Amount": ["5", "6"],
                "Close date": ["2024-01-31", "2024-02-01"],
            },
        ),
        {},
    )

    found = fields(file, CrmObject.DEAL)
    assert found["deal_id"] == "id"
    assert found["account_name"] == "Company"
    assert "account_id" not in found


def test_a_column_whose_values_disagree_with_its_header_stays_the_users_own():
    """A date field that holds words is no date field."""
    file = understand(
        raw(
            **{
                "Company name": ["Acme", "Bolt"],
                "Industry": ["Retail", "Energy"],
                "Employees": ["5", "6"],
                "Customer since": ["long ago", "last year"],
            }
        ),
        {},
    )

    assert "customer_since" not in fields(file, CrmObject.ACCOUNT)
    assert [column.header for column in file.custom()] == ["Customer since"]


def test_a_chosen_column_beats_every_synonym():
    """--column account.industry="Branch" wins over the column called Industry."""
    table = raw(
        **{
            "Company name": ["Acme"],
            "Industry": ["x"],
            "Branch": ["Retail"],
            "Employees": ["5"],
            "Country": ["France"],
        }
    )

    file = understand(table, {"account.industry": "Branch"})

    assert fields(file, CrmObject.ACCOUNT)["industry"] == "Branch"


def test_a_choice_that_would_stand_for_nothing_is_refused(tmp_path: Path):
    """A field of companies, said of a column of deals, names the rows that the column is of, and the field that it could be."""
    (tmp_path / "deals.csv").write_text(
        "Deal ID,Company name,Stage,Price,Close Date\n1,Acme,Won,10,2025-01-01\n", encoding="utf-8"
    )
    (tmp_path / "companies.csv").write_text("Company name,Industry\nAcme,Retail\n", encoding="utf-8")

    with pytest.raises(SettingsError, match="no account field stands in that column") as caught:
        load_exports([str(tmp_path)], Settings(columns={"account.mrr": "Price"}))

    assert "deals.csv holds deal rows" in str(caught.value)
    assert caught.value.details == ("Perhaps: deal.mrr",)


def test_a_choice_about_one_file_leaves_the_others_what_they_are():
    """--column deals.csv:deal.amount="Amount" does not make deals of companies that have an Amount too."""
    companies = raw(
        "companies.csv",
        **{
            "Record ID": ["1"],
            "Company name": ["Acme"],
            "Industry": ["Retail"],
            "Employees": ["5"],
            "Amount": ["3"],
        },
    )

    assert understand(companies, {"deals.csv:deal.amount": "Amount"}).object is CrmObject.ACCOUNT
    assert understand(companies, {"deal.amount": "Amount"}).object is CrmObject.ACCOUNT


def test_a_choice_makes_a_file_readable_that_was_not():
    """Where no header is known, naming the company's column is enough."""
    table = raw(Wer=["Acme", "Bolt"], Was=["a", "b"])

    assert understand(table, {}).object is CrmObject.OTHER
    assert fields(understand(table, {"account.name": "Wer"}), CrmObject.ACCOUNT) == {"name": "Wer"}


@pytest.mark.parametrize(
    ("target", "header", "says"),
    [("account.industri", "Industry", "account.industry"), ("account.industry", "Sector", "Industry")],
)
def test_a_choice_that_cannot_be_followed_says_what_there_is(target: str, header: str, says: str):
    """A misspelt field is shown its nearest, a header that is nowhere the headers there are."""
    with pytest.raises(SettingsError) as caught:
        check_overrides([raw(Industry=["Retail"])], {target: header})

    assert says in caught.value.details[0]


def test_a_misspelt_header_is_known_where_its_values_agree():
    """A header mistyped is read as the date it holds, and stays a column of one's own where it holds words."""
    columns = {"Company name": ["Acme", "Bolt"], "Industry": ["Retail", "Energy"], "Employees": ["5", "6"]}

    dates = understand(raw(**columns, **{"Customer sinces": ["2024-01-31", "2024-02-28"]}), {})
    words = understand(raw(**columns, **{"Customer sinces": ["a while", "long"]}), {})

    assert fields(dates, CrmObject.ACCOUNT)["customer_since"] == "Customer sinces"
    assert "customer_since" not in fields(words, CrmObject.ACCOUNT)


def test_a_name_is_never_taken_for_the_id_that_its_header_resembles():
    """A column of contacts holds names, however near its header is to that of their ids."""
    deals = {
        "Deal name": ["a", "b"],
        "Deal stage": ["Won", "Lost"],
        "Company": ["Acme", "Bolt"],
        "Associated Contact": ["Ann Lee", "Bob Ray"],
    }

    assert "contact_ids" not in fields(understand(raw(**deals), {}), CrmObject.DEAL)


def test_headers_that_two_languages_share_reach_one_field_each():
    """Within an object no header is the sure name of two fields, but where one column may serve both."""
    for name, table in synonyms().items():
        owners: dict[str, set[str]] = {}
        for field, lists in table.items():
            for header in lists["sure"]:
                owners.setdefault(header, set()).add(field)
        shared = {h: o for h, o in owners.items() if len(o) > 1 and not o & {"name", "account_name"}}
        assert shared == {}, name


def test_leads_tickets_and_suppliers_are_named_and_not_used():
    """Files that a CRM exports beside its customers are left out for a reason in words."""
    files = {
        "Lead.csv": {
            "Id": ["1"],
            "Company": ["Acme"],
            "IsConverted": ["TRUE"],
            "ConvertedDate": ["2024-01-31"],
        },
        "tickets.csv": {"ticket_id": ["1"], "account_id": ["2"], "satisfaction_score": ["3"]},
        "suppliers.csv": {
            "supplierID": ["1"],
            "companyName": ["Acme"],
            "contactName": ["Ann"],
            "contactTitle": ["CEO"],
        },
    }

    for path, columns in files.items():
        file = understand(raw(path, **columns), {})
        assert file.object is CrmObject.OTHER
        assert file.reason != ""


@pytest.mark.parametrize(
    ("company", "chosen"),
    [
        (["Us France", "Us UK", "Us GmbH"] * 10, "Customer"),
        ([f"Firm {i}" for i in range(25)] + [""] * 5, "Company"),
        ([f"Firm {i}" for i in range(9)] + [""] * 21, "Customer"),
    ],
    ids=["our own companies", "companies beside people", "hardly a company"],
)
def test_the_customer_is_neither_ones_own_company_nor_a_person(company: list[str], chosen: str):
    """Invoices of three companies of a group name their customers elsewhere; a shop's orders name people, and the company beside them."""
    rows = [f"{i},2024-01-05,{name},P. Person{i},{100 + i}" for i, name in enumerate(company)]
    text = "\n".join(["Invoice number,Invoice date,Company,Customer,Amount", *rows])

    understood = understand(table_in(text.encode(), shown_as="invoices.csv"), {})

    assert understood.of(CrmObject.INVOICE)["account_name"].header == chosen


def test_a_sure_header_above_nothing_yields_to_one_that_is_filled():
    """Of "metrics.annualRevenue", blank, and "metrics.estimatedAnnualRevenue" the filled one counts; blank at all, the sure one."""
    sure, last = "metrics.annualRevenue", "metrics.estimatedAnnualRevenue"
    filled = raw(name=["Acme", "Bolt"], **{sure: ["", ""], last: ["$1M-$10M", "$10M-$50M"]})
    blank = raw(name=["Acme", "Bolt"], **{sure: ["", ""], last: ["", ""]})

    revenues = [
        {c.field: c.header for c in columns_of(table, CrmObject.ACCOUNT, {})}["annual_revenue"]
        for table in (filled, blank)
    ]

    assert revenues == [last, sure]
