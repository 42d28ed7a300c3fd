"""The quality-credit file of a firm (企业质量信用档案): dated entries, a score that explains every point, a grade."""
