"""A saved profile against a new one."""
