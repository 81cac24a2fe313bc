"""`bin/manage drill --web`: the web process dies, the database restarts, a new version comes, while people work."""
