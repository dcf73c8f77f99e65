"""Backscope: backpropagation, one step at a time, in a network that is really running."""
