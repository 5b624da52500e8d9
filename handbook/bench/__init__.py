"""Measures the handbook beside its peers: `nox -s bench`, or `python -m handbook.bench FOLDER`.

`__main__` runs the plan; `synthetic` makes handbooks of any size from the real pages and records, `plain` the same words
for other generators; `peers` installs those in environments of their own; `cost` counts CPU and memory; `share` tells our
own code's part; `reader` measures what a browser loads; `bars` holds the bars of `performance.md` and prints the table.
Nothing is written outside FOLDER.
"""
