"""Drafts of legal texts from Word templates: the facts, the templates of the house, and the safe filling-in."""
