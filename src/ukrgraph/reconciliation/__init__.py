"""Reconciliation: names in somebody's data matched with our entities, in the protocol that OpenRefine speaks.

The protocol is that of the W3C Entity Reconciliation Community Group, version 0.2 and the draft of 1.0
(https://reconciliation-api.github.io/specs/). Here is what it says, as functions from JSON to JSON; nothing here knows
HTTP. `questions` reads requests, `directory` knows the entities, `matching` finds and judges candidates, and `answers`,
`suggest`, `extend`, `preview` and `manifest` write what is sent back.
"""

VERSIONS = ("0.2", "1.0-draft")
"""The versions of the protocol that are spoken."""
