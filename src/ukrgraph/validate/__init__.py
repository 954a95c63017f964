"""Validation of RDF against SHACL shapes, with findings that point at the words.

pySHACL gives the results. `prefilter` translates the shapes to SPARQL that finds every focus node which may fail, so
that pySHACL looks at those alone; what cannot be translated safely goes to pySHACL whole. `places` leads from a result
to the file, line and column that a person edits; `shapes`, `coverage` and `counts` see to it that nothing passes by
accident.
"""
