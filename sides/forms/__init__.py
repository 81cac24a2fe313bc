"""What can be proposed, offered and answered."""
