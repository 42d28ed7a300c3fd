"""The demonstration: a made-up dairy chain, loaded through the real operations, and one recall in it."""
