"""A year of visits to and from Batam and Malang around today. All of it is made up, and every visit says so in its
remarks.

The places exist; the people, the days and what came of it do not. It is the same year for the same day: `calendar`
says what happens how many days from today, `stories` what it is about, `cast` who there is, `log` writes it down.
"""
