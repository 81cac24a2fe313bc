"""What a next version might bring: an app with one migration of the usual kind. Installed by the drill only."""
