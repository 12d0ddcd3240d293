"""One module per page, named by what it shows."""
