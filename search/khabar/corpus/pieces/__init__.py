"""From a file on disk to the pieces in it: unpack archives and decode bytes, within limits.

`content` is the protocol of readers: what a reader gets of a piece, and what it returns.
"""
