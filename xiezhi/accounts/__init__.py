"""Accounts (账户): who works with the program, in which roles, and how a person shows who he is.

A home without accounts is one person's: everything is open to whoever can start the program.
"""
