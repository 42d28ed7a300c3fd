"""What the public reads of a recall: the public notice by version, its page, feeds and paper."""
