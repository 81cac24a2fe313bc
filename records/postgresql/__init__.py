"""Django's backend for PostgreSQL, and with it the second layer of who sees what: see `records.rows`."""
