"""Backup (备份) and restore (恢复): the whole store and its bundles in one file that either database can take in.

The secret that opens identity numbers is not in it: whoever holds a backup alone cannot read them. Keep the secret
elsewhere, and give it again on restoring.
"""
