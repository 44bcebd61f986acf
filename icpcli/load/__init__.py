"""CRM exports to canonical tables; the only room that reads customers' data."""
