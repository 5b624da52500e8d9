"""Every released version side by side: build, compose, compare by meaning, release.

`releases` says which versions there are, `build` makes each from its own tree, `compose` puts them into one site,
`swap` replaces the old site in one step, `changes` compares two versions, `release` checks and stamps a new one.
"""
