"""Bytes to tables of strings, every record accounted for."""
