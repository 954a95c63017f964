"""Figures as SVG: pure functions from values to text, the same bytes for the same values.

Nothing in them is styled inline: classes are for the style sheet, so that figures follow light, dark and print.
"""
