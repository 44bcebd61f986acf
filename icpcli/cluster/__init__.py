"""Ranked customers to one profile, with the evidence for it."""
