# Two stages: compilers and caches stay behind, and what runs is Python, the bot and its content. Renovate moves the digest, once a week.
FROM python:3.13-slim@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b AS build
WORKDIR /build
COPY requirements.lock .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

FROM python:3.13-slim@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b
# Nothing is written but data/.
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# With FriBidi pictures shape the scripts that join or stack their letters. The version is that of the pinned image.
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends libfribidi0 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /app cohort && mkdir -p /app/data && chown cohort /app/data
WORKDIR /app
COPY --from=build /venv /venv
COPY migrations migrations
COPY content content
COPY bot bot
# Once and here, not at each start and each health check.
RUN python -m compileall -q bot migrations
# Numeric, so that an orchestrator can see that it is not root. Only data/ is written: the rest may be mounted read-only.
USER 10001
VOLUME /app/data
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["python", "-m", "bot", "health"]
# Any other command takes the place of `run`: `docker run … cohort doctor`. `run` migrates the database before it connects.
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
