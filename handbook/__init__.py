"""Evidence records, checks and rendering for the handbook *Ketamine for Chronic Pain*.

`evidence/` holds facts, `docs/` holds words; this package reads both, holds each to the other, and renders them.
Only `handbook.render` and `handbook.typst` import Sphinx: records can be read, checked and exported without it.
"""
