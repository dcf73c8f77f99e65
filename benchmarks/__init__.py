"""Backscope beside its peers, in one run on one machine: `python3 dev.py bench`."""
