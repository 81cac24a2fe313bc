"""The form of an agreement in sections: the record, its parties, signings, scope, sources and visits."""
