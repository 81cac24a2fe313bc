"""What officers of Batam and Malang have to do as of today, beyond what follows from their visits and agreements.

All of it is made up. `tasks` says what there is, by whom and when, counted in working days from today; `duties` what
recurs and how it went so far; `log` writes it down.
"""
