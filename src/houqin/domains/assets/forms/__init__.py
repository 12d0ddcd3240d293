"""One form per action of fixed assets, and what bad input gets told."""
