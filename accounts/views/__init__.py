"""Pages of one's own account, of the members of a region, and the way in by invitation."""
