"""Early warning: more than usual of one product or batch, from sources that do not know of each other."""
