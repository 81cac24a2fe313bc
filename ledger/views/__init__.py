"""Pages of the trash and of the book of deeds."""
