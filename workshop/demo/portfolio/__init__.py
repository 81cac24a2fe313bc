"""Some sixty agreements of Batam and Malang at every stage and in every state, as of today. All of it is made up.

They live in the world of the made-up year: its cast, its visits, its remark. `deals` says what there is and when,
counted in days from today; `topics` what it is about; `papers` makes small papers; `log` writes it down.
"""
