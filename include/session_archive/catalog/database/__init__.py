"""The connection to the database: opened by one process and thread, errors in clear words.

Begin with `connection.connect`.
"""
