"""Ranked customers to one profile and its personas, with the evidence."""
