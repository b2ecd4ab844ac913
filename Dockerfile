# The command line and the service, small and without privileges.
#
#   docker build -t detector .
#   docker run --rm -p 127.0.0.1:8000:8000 --read-only --cap-drop ALL detector
#   docker run --rm -i detector audit - < page.html
FROM python:3.13-slim AS build
WORKDIR /source
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev  # for the compiled kernels
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY detector detector
COPY models models
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --disable-pip-version-check '.[http,warc,serve]' \
    && find /venv -name __pycache__ -prune -exec rm -rf {} + && /venv/bin/python -m compileall -q /venv/lib/python3.13/site-packages/detector

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin detector
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=4)"]
ENTRYPOINT ["detector"]
CMD ["serve", "--host", "0.0.0.0"]
