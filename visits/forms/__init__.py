"""The forms of a visit: quick, full, its papers."""
