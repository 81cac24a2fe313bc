"""What the dashboard counts, a module a theme. Counting (`count`, `rows`) gives bare values that can be kept in the
cache; telling (`figures`, `charts`, `…_table`) turns them into words and links of the reader's language.

Single numbers are counted by the very question that the list behind them asks, all in one query (`asks`); what is
divided into bars is counted in one statement a theme over the same records (`statement`).
"""
