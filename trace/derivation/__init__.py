"""The ledger kept in step with the events: what a capture touches is derived anew, with the rules of `trace.fold`."""
