"""The engine: a network as a graph of ops, run one tick at a time. Pure: NumPy and the standard library.

Read `spec` (what a user asks for), `graph` (what that becomes), `plan` (the ticks of one step),
`training` (running them), `tape` (what they wrote) and `explain` (how one number came to be), in this order.
"""
