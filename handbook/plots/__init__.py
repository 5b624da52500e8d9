"""Plots as SVG text in the page's own colors (`currentColor`): no plotting library, same bytes every time."""
