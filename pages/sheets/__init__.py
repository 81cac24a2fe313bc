"""A record with all that hangs on it as one form: rows that come and go, drafts, two officers at once, sent twice.

An app declares a `Sheet` (the form of the record and its lists of rows) and an `Editing` (the deeds that save it);
`visits/forms/sheet.py` and `visits/views/logging.py` show how.
"""
