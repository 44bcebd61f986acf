"""Accounts to ranked customers: acquisition cost, retention, lifetime value, advocacy."""
