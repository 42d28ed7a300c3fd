"""All benchmarks, one after the other (`make bench`; `ARGS=--quick` for a smaller run)."""

import sys

from bench import capture, impact, one_batch, query

capture.main(sys.argv[1:])
one_batch.main(sys.argv[1:])
impact.main(sys.argv[1:])
query.main(sys.argv[1:])
