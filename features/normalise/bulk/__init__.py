"""Plain texts normalised a column at a time; whatever is not plain is left to the functions for one text.

Most names, numbers and telephones of a register are written in one plain way. Each module here finds those of a
column and gives the very values that the function for one text would; tests hold the two equal.
"""
