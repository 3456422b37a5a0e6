"""The linking of a table spread over a Spark cluster: the same comparison and weights, in Arrow batches.

Spark moves, joins and counts; what is compared and weighed, and how, is decided by `features.link.table`, batch by
batch. Needs the extra `spark` (pyspark and Java).
"""
