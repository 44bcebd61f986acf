"""Understood files to one table for each object, each row once."""
