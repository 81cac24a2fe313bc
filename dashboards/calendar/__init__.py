"""Visits, follow-ups and ends of agreements by their days: month, agenda, feeds for calendar programs.

Nothing is put on a day that nobody knows: what is known to the month, the year, the weekday or not at all stands apart.
"""
