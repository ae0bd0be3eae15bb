"""Papers are typeset, read again and measured."""
