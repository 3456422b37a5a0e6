"""The use case screening (筛查): filing → resolve links → observe features → score → explain → band → keep.

`one` does it for one filing, `stream` for a docket folder lived through in order of time.
"""
