"""Adapters to crawlers and corpus engines, one file an engine, each with an extra of its name: ``pip install 'detector[scrapy]'``.

Nothing is imported here. Every adapter takes an `Auditor` (or the settings of one) and gives the same `judgement` of a page.
"""
