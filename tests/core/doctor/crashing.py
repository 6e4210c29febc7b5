"""A trial that ends as Qt does where there is no screen."""

import os
import sys

print("Could not load the platform plugin", file=sys.stderr, flush=True)
os.abort()
