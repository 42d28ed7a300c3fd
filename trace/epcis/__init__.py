"""EPCIS 2.0 documents in JSON-LD and XML, and the CBV event hash: pure functions, bytes to events."""
