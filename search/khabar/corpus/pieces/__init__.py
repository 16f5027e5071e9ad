"""From a file on the disk to the pieces in it: archives are unpacked and bytes decoded, within the limits.

`content` is the protocol of readers: what one gets of a piece, and what it gives.
"""
