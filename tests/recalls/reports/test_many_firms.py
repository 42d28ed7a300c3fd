"""A report over thousands of firms: every row there, in every format, and no statement for each of them."""
