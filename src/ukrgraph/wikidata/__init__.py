"""Wikidata: links with evidence, slices of dumps, merging, comparing, giving back; offline everywhere."""
