"""Labelled data → model, by the same page, segmentation and features code that audits. Needs the `train` extra."""
