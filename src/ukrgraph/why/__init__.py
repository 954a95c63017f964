"""Why the graph says something: the sentences behind any triple, the chain down to them, and who says otherwise."""
