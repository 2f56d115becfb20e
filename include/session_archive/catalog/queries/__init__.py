"""The tables for notebooks: queries that refuse an unknown key. Begin with `notebook_query.Query`."""
