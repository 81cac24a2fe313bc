"""The demo: five articles logged as they should be, a year of made-up visits around today, and people to sign in as."""
