"""The resolver: from a GS1 Digital Link to what is known of it (GS1-Conformant Resolver Standard 1.2)."""
