"""Money for reports: awards, ledger, settlement, payout."""
