"""Words on the command line to settings, pipeline, report and output."""
