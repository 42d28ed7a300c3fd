"""The record: item coding, master data, events, the fold, the supply graph, the walk and the resolver."""
