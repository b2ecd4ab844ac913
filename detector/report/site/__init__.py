"""Verdicts on whole sites, by what repeats over their pages: one kind of evidence a file."""
