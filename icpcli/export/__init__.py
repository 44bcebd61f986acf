"""A saved profile as something that other systems run: SQL, HubSpot, Salesforce, a table."""
