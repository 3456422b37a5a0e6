"""History's questions spread over a Spark cluster: the same kernel, on the keys of one partition at a time.

Spark brings everything one key's answers need to one place and takes the best of the keys of a filing; what is counted,
and how, is decided by `features.history.kernel`. Needs the extra `spark` (pyspark and Java).
"""
