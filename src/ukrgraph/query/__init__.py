"""Stored queries as typed, tested functions, and queries that never come back empty in silence."""
