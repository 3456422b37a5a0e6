"""What `benchmarks/resolve.py` is made of: a docket, its way into a store, and the clock."""
