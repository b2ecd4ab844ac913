"""The service described for programs: OpenAPI 3.1, with the schema of reports as it is published."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from detector.report.version import tool_version
from detector.service.limits import Limits


def describe(limits: Limits) -> dict[str, Any]:
    """The OpenAPI document."""
    page = {
        "description": f"The page: HTML or plain text, at most {limits.max_bytes:,} bytes. Content-Type is taken as the page's own.",
        "required": True,
        "content": {"text/html": {"schema": {"type": "string"}}, "text/plain": {"schema": {"type": "string"}}},
    }
    address = {
        "name": "url",
        "in": "query",
        "required": False,
        "description": "The page's address, by which own and foreign links are told apart. It is not fetched.",
        "schema": {"type": "string"},
    }
    line = "One page a line, under html, text, content, raw_content or body; id comes back; url and content_type as above."
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "detector",
            "version": tool_version(),
            "summary": "Finds spam injected into web pages, exact to the character.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "paths": {
            "/audit": {
                "post": {
                    "operationId": "audit",
                    "summary": "The report on one page",
                    "parameters": [address],
                    "requestBody": page,
                    "responses": {"200": _json("The report.", "page"), **_refusals("400", "408", "413", "415", "500", "503")},
                }
            },
            "/clean": {
                "post": {
                    "operationId": "clean",
                    "summary": "The page without what was found, every other byte as it was",
                    "parameters": [address],
                    "requestBody": page,
                    "responses": {
                        "200": {
                            "description": "The page, as bytes that no browser shows.",
                            "headers": {
                                "Detector-Verdict": {"schema": {"enum": ["clean", "suspicious", "injected"]}},
                                "Detector-Findings": {"schema": {"type": "integer"}},
                            },
                            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
                        },
                        **_refusals("400", "408", "413", "415", "500", "503"),
                    },
                }
            },
            "/audit/jsonl": {
                "post": {
                    "operationId": "auditLines",
                    "summary": "Verdicts on a stream of pages, in order, while they are still being sent",
                    "requestBody": {"description": line, "required": True, "content": _lines("page-line")},
                    "responses": {
                        "200": {"description": "A row for every line that is not empty.", "content": _lines("row")},
                        **_refusals("408", "415"),
                    },
                }
            },
            "/health": {
                "get": {
                    "operationId": "health",
                    "summary": "Whether the service is up",
                    "responses": {"200": {"description": "It is.", "content": {"application/json": {"schema": {"type": "object"}}}}},
                }
            },
            "/metrics": {
                "get": {
                    "operationId": "metrics",
                    "summary": "Counters for Prometheus",
                    "responses": {"200": {"description": "Text format 0.0.4.", "content": {"text/plain": {"schema": {"type": "string"}}}}},
                }
            },
        },
        "components": {"schemas": _schemas()},
    }


@cache
def _schemas() -> dict[str, Any]:
    """Of reports, with references to where they stand here, and of the service's own messages."""
    published = files("detector.report").joinpath("schema.json").read_text("utf-8")
    definitions: dict[str, Any] = json.loads(published.replace("#/$defs/", "#/components/schemas/"))["$defs"]
    wanted = {name: definitions[name] for name in ("page", "finding", "probability", "offset")}
    text = {"type": "string"}
    return wanted | {
        "refusal": {"type": "object", "required": ["error", "detail"], "properties": {"error": text, "detail": text}},
        "page-line": {
            "type": "object",
            "properties": {"id": {"type": ["string", "integer"]}, "html": text, "text": text, "url": text, "content_type": text},
        },
        "row": {
            "type": "object",
            "required": ["line", "error"],
            "properties": {
                "line": {"description": "Counted from 1; null where the stream broke off.", "type": ["integer", "null"]},
                "id": {"type": ["string", "integer"]},
                "error": {"type": ["string", "null"]},
            },
            "if": {"properties": {"error": {"type": "null"}}},
            "then": {"$ref": "#/components/schemas/page"},
        },
    }


def _json(description: str, schema: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}}


def _lines(schema: str) -> dict[str, Any]:
    return {"application/x-ndjson": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


_MEANING = {
    "400": "The request makes no sense.",
    "408": "The request came too slowly.",
    "413": "The page is too large.",
    "415": "The body is compressed, or not of a type that is read.",
    "500": "The audit failed, which is a bug.",
    "503": "Busy, or the audit took too long: see Retry-After.",
}


def _refusals(*statuses: str) -> dict[str, Any]:
    return {status: _json(_MEANING[status], "refusal") for status in statuses}
