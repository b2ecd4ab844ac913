"""The HTTP service behind ``detector serve``: `app.make_app` gives a Starlette application. Needs the `serve` extra; nothing is imported here."""
