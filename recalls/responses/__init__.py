"""What consignees answer: recorded, compared with the ledger, and captured where the ledger did not know it."""
