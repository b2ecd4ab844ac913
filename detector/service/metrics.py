"""What the service counts, in Prometheus' text format. Each application has a registry of its own."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from detector.report.report import CATEGORIES, VERDICTS, Report

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4


class Metrics:
    """Counters that requests and audits add to."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter("detector_requests", "Requests answered.", ("path", "status"), registry=self.registry)
        self.pages = Counter("detector_pages", "Pages audited, by verdict.", ("verdict",), registry=self.registry)
        self.findings = Counter("detector_findings", "Findings, by category.", ("category",), registry=self.registry)
        self.failures = Counter("detector_failures", "Audits that ended in an error or took too long.", ("reason",), registry=self.registry)
        self.characters = Counter("detector_characters", "Characters of the pages audited.", registry=self.registry)
        buckets = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)
        self.seconds = Histogram("detector_audit_seconds", "Time of one audit.", buckets=buckets, registry=self.registry)
        self.running = Gauge("detector_audits_running", "Audits at this moment.", registry=self.registry)
        self.waiting = Gauge("detector_requests_waiting", "Requests that wait for their turn.", registry=self.registry)
        for verdict in VERDICTS:
            self.pages.labels(verdict)

    def audited(self, report: Report, seconds: float) -> None:
        """Count one audit."""
        self.pages.labels(report.verdict).inc()
        self.seconds.observe(seconds)
        self.characters.inc(len(report.source))
        for finding in report.findings:
            # A model of one's own may name any category; a label for each would let the series grow without end.
            self.findings.labels(finding.category if finding.category in CATEGORIES else "other").inc()

    def text(self) -> bytes:
        """All counters, in Prometheus' text format."""
        return generate_latest(self.registry)
