"""Registers: standing of firms, licences and what needs one, certificates, laboratories, standards."""
