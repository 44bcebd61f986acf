"""Words on the command line to settings, pipeline, report and output."""

import gc

# A run makes many objects, keeps them and ends: to look for cycles among them after every 700 new ones, as Python does,
# costs a tenth of a short run.
gc.set_threshold(100_000, 50, 100)
