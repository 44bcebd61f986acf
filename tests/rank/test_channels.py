"""Spend under another name than the CRM's."""

from __future__ import annotations

import pytest

from icpcli.rank.channels import counted_for


@pytest.mark.parametrize(
    ("spent", "worked", "counted"),
    [
        (["Salons", "google_ads"], ["Salon", "Google Ads"], {"Salons": "Salon", "google_ads": "Google Ads"}),
        (["google / cpc", "linkedin / cpc"], ["Paid Search", "Paid Social", "Direct"], {"google / cpc": "Paid Search", "linkedin / cpc": "Paid Social"}),
        (["Google Ads", "Bing Ads"], ["PAID_SEARCH", "REFERRALS"], {"Google Ads": "PAID_SEARCH", "Bing Ads": "PAID_SEARCH"}),
        (["Adwords - Brand", "bing / cpc"], ["Google Ads", "Microsoft Ads"], {"Adwords - Brand": "Google Ads", "bing / cpc": "Microsoft Ads"}),
        (["Trade shows"], ["Salon", "Outbound"], {"Trade shows": "Salon"}),
        (["Référencement payant"], ["Google Ads"], {"Référencement payant": "Google Ads"}),
    ],
)  # fmt: skip
def test_one_channel_by_several_names(spent: list[str], worked: list[str], counted: dict[str, str]):
    """The same words, the same platform or the same kind of channel, whichever of them the CRM has."""
    assert counted_for(spent, worked) == counted


@pytest.mark.parametrize(
    ("spent", "worked"),
    [
        (["LinkedIn Ads"], ["Facebook Ads", "LinkedIn", "Organic Social"]),
        (["google / cpc", "Google Ads"], ["Google Ads"]),
        (["FR | Search | Brand", "Generic"], ["Google Ads"]),
        (["Events"], ["Trade show", "Salon"]),
        (["Google"], ["Google Ads"]),
        (["--"], ["*"]),
    ],
)
def test_what_could_be_another_channel_is_not_guessed(spent: list[str], worked: list[str]):
    """Another platform, a campaign's own name, one of two kinds alike, or what has its own spend already."""
    assert counted_for(spent, worked) == {}
