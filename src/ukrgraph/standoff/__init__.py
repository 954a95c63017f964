"""The written form of annotations: `lines` says how each one is written, `canonical` gives the ids and the order."""
