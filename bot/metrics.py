"""Metrics for Prometheus. Any layer may update them; `bot.cli.health` serves them."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY = CollectorRegistry()
"""Our own registry, because the library's default one adds metrics about the process."""

_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 3.0)

ACTIONS = Histogram(
    "cohort_action_seconds",
    "Time from receiving a member's press or command to responding to it",
    ["action"],
    buckets=_FAST,
    registry=REGISTRY,
)
ANSWERS = Counter("cohort_answers_total", "Answers recorded", ["mode", "correct"], registry=REGISTRY)
COMMITS = Histogram("cohort_commit_seconds", "Time of one group commit", buckets=_FAST, registry=REGISTRY)
BATCHES = Histogram(
    "cohort_commit_batch_size", "Writes committed together", buckets=(1, 2, 4, 8, 16, 32, 64), registry=REGISTRY
)
POSTS = Counter(
    "cohort_posts_total", "Posts by kind and outcome: sent, found, failed, missed", ["kind", "outcome"],
    registry=REGISTRY,
)  # fmt: skip
POST_DELAY = Histogram(
    "cohort_post_delay_seconds", "Time from when a post was due until it was posted",
    buckets=(0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600), registry=REGISTRY,
)  # fmt: skip
OVERDUE = Gauge("cohort_oldest_due_post_seconds", "How long the oldest due post has been waiting", registry=REGISTRY)
RATE_LIMITS = Counter("cohort_rate_limits_total", "429 responses from Discord", registry=REGISTRY)
GATEWAY = Gauge("cohort_gateway_ready", "1 while the gateway is ready", registry=REGISTRY)
GATEWAY_LATENCY = Gauge("cohort_gateway_latency_seconds", "Latency of the gateway's last heartbeat", registry=REGISTRY)
TICKS = Counter(
    "cohort_ticks_total", "Ticks run, by name and whether they failed", ["tick", "failed"], registry=REGISTRY
)
