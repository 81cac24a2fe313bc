"""Fault tests against real servers: their SMTP sink is here."""
