"""Every change: who, what, when. One chain, one writer."""
