"""SPARQL as text: its tokens, and the shape of a query."""
