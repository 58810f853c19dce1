import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'

/** Metrics for operators. Names are stable and labels have few values. Served at `/metrics`. */
export interface Metrics {
  readonly registry: Registry
  readonly httpRequests: Histogram<'method' | 'route' | 'status'>
  /** Errors returned to callers, by code; denials are not included. */
  readonly errors: Counter<'code'>
  /** Entitlement operations by outcome. */
  readonly entitlementActs: Counter<'operation' | 'outcome'>
  /** Read from the database on each scrape. */
  readonly queueWaiting: Gauge<'queue'>
  readonly queueOldest: Gauge<'queue'>
  readonly queueDead: Gauge<'queue'>
  readonly databaseConnections: Gauge
  readonly databaseWaiting: Gauge
  /** Seconds that this machine's clock is ahead of the database's. */
  readonly clockSkew: Gauge
  /** Provider events by what became of them. */
  readonly inboxEvents: Counter<'provider' | 'outcome'>
  /** Webhooks rejected before they were stored, by reason. */
  readonly webhooksRefused: Counter<'provider' | 'reason'>
  readonly outboxRelayed: Counter<'type' | 'outcome'>
  readonly mails: Counter<'outcome'>
  /** Rows deleted by retention, by rule, and the time of each rule's last run. */
  readonly retentionDeleted: Counter<'rule'>
  readonly retentionRun: Gauge<'rule'>
  /** Tries to deliver our own events to webhook endpoints: delivered, retrying, dead. */
  readonly webhookDeliveries: Counter<'outcome'>
  readonly webhookEndpointsDisabled: Counter
  readonly providerCalls: Counter<'provider' | 'operation' | 'outcome'>
  readonly providerCallSeconds: Histogram<'provider' | 'operation'>
  /** Differences between a provider and us that the last comparison left; zero is the only good value. */
  readonly reconciliationDrift: Gauge<'provider' | 'kind'>
  /** Dead-lettered usage reports: rejected by the provider, or with an unknown result. */
  readonly usageReportsDead: Counter
  /** Calls to other servers (compose agents, Vault), by upstream, route and what became of each try. */
  readonly upstreamCalls: Counter<'upstream' | 'route' | 'outcome'>
  readonly upstreamRetries: Counter<'upstream' | 'route'>
  /** 1 while calls to it are not even begun, because it failed again and again. */
  readonly upstreamBroken: Gauge<'upstream'>
  /** Messages about templates to the User Service: sent, retrying, dead. */
  readonly templateSyncMessages: Counter<'outcome'>
  /** Messages to installers over the broker: sent, failed. */
  readonly brokerMessages: Counter<'outcome'>
  readonly agentAuthFailures: Counter<'reason'>
  /** Requests with an invalid token or key, and rate-limited requests, by route. */
  readonly authFailures: Counter<'route' | 'code'>
  readonly requestsLimited: Counter<'route'>
  readonly commands: Counter<'type' | 'status'>
  readonly waitingAgents: Gauge
  /** Agents that were alerted of and are still away. */
  readonly agentOutages: Gauge<'kind'>
  /** Outages that were alerted of, and their ends. */
  readonly agentOutageNotices: Counter<'kind' | 'type'>
  /** Thresholds crossed on servers, as reported by their agents. */
  readonly agentAlarms: Counter<'kind' | 'severity'>
  readonly liveSubscriptions: Gauge<'stream'>
}

/** The lag of the event loop is measured at this interval, which the values contain. At the default of 10 ms the timer is two thirds of the work of an idle process. */
const EVENT_LOOP_PRECISION_MS = 100

/** Name of a metric in the code. */
export type MetricName = Exclude<keyof Metrics, 'registry'>

/** Removes all but the named metrics from the registry, which then does not export them. Code that counts by them is not affected. */
export function exportMetrics({ registry, ...metrics }: Metrics, names: ReadonlySet<MetricName>): void {
  for (const [name, metric] of Object.entries(metrics))
    if (!names.has(name as MetricName)) registry.removeSingleMetric((metric as unknown as { name: string }).name)
}

/** Gauges with the suffix of counters. They are the sums of the gauges by type, which have their names without it. */
const SUMS = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total']

export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({
    register: registry,
    prefix: 'stackgate_',
    eventLoopMonitoringPrecision: EVENT_LOOP_PRECISION_MS,
  })
  for (const name of SUMS) registry.removeSingleMetric(`stackgate_${name}`)
  const registers = [registry]
  return {
    registry,
    httpRequests: new Histogram({
      name: 'stackgate_http_request_duration_seconds',
      help: 'HTTP requests by route and status, measured until the last byte',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.025, 0.1, 0.5, 2, 10, 60],
      registers,
    }),
    errors: new Counter({
      name: 'stackgate_errors_total',
      help: 'Errors returned to callers, by code; denials are not included',
      labelNames: ['code'],
      registers,
    }),
    entitlementActs: new Counter({
      name: 'stackgate_entitlement_operations_total',
      help: 'Entitlement operations by outcome: done, denied, failed',
      labelNames: ['operation', 'outcome'],
      registers,
    }),
    queueWaiting: new Gauge({
      name: 'stackgate_queue_waiting',
      help: 'Queue rows that are ready to be processed',
      labelNames: ['queue'],
      registers,
    }),
    queueOldest: new Gauge({
      name: 'stackgate_queue_oldest_seconds',
      help: 'Age of the oldest ready row of a queue, in seconds',
      labelNames: ['queue'],
      registers,
    }),
    queueDead: new Gauge({
      name: 'stackgate_queue_dead',
      help: 'Dead-lettered rows of a queue',
      labelNames: ['queue'],
      registers,
    }),
    databaseConnections: new Gauge({
      name: 'stackgate_database_pool_connections',
      help: 'Open connections of the pool',
      registers,
    }),
    databaseWaiting: new Gauge({
      name: 'stackgate_database_pool_waiting',
      help: 'Requests that wait for a connection of the pool',
      registers,
    }),
    clockSkew: new Gauge({
      name: 'stackgate_clock_skew_seconds',
      help: "Seconds by which this machine's clock is ahead of the database's",
      registers,
    }),
    inboxEvents: new Counter({
      name: 'stackgate_inbox_events_total',
      help: 'Provider events by outcome',
      labelNames: ['provider', 'outcome'],
      registers,
    }),
    webhooksRefused: new Counter({
      name: 'stackgate_webhooks_rejected_total',
      help: 'Webhooks rejected before they were stored',
      labelNames: ['provider', 'reason'],
      registers,
    }),
    outboxRelayed: new Counter({
      name: 'stackgate_outbox_relayed_total',
      help: 'Outbox events relayed to their handlers',
      labelNames: ['type', 'outcome'],
      registers,
    }),
    mails: new Counter({
      name: 'stackgate_emails_total',
      help: 'Mails by outcome',
      labelNames: ['outcome'],
      registers,
    }),
    webhookDeliveries: new Counter({
      name: 'stackgate_webhook_deliveries_total',
      help: 'Delivery attempts to webhook endpoints',
      labelNames: ['outcome'],
      registers,
    }),
    webhookEndpointsDisabled: new Counter({
      name: 'stackgate_webhook_endpoints_disabled_total',
      help: 'Webhook endpoints that were disabled after failed deliveries',
      registers,
    }),
    retentionDeleted: new Counter({
      name: 'stackgate_retention_deleted_rows_total',
      help: 'Rows deleted by retention',
      labelNames: ['rule'],
      registers,
    }),
    retentionRun: new Gauge({
      name: 'stackgate_retention_last_run_timestamp_seconds',
      help: 'Time of the last completed run of a retention rule',
      labelNames: ['rule'],
      registers,
    }),
    providerCalls: new Counter({
      name: 'stackgate_provider_calls_total',
      help: 'Calls to payment providers',
      labelNames: ['provider', 'operation', 'outcome'],
      registers,
    }),
    providerCallSeconds: new Histogram({
      name: 'stackgate_provider_call_duration_seconds',
      help: 'Duration of calls to payment providers, including retries',
      labelNames: ['provider', 'operation'],
      buckets: [0.05, 0.2, 0.5, 1, 2, 5, 10, 30],
      registers,
    }),
    reconciliationDrift: new Gauge({
      name: 'stackgate_reconciliation_drift',
      help: 'Differences from a payment provider left by the last reconciliation',
      labelNames: ['provider', 'kind'],
      registers,
    }),
    usageReportsDead: new Counter({
      name: 'stackgate_usage_reports_dead_total',
      help: 'Usage reports that were dead-lettered',
      registers,
    }),
    upstreamCalls: new Counter({
      name: 'stackgate_upstream_calls_total',
      help: 'Calls to other servers by outcome: ok, timeout, unreachable, forbidden_target, auth_failure, server_error, too_large, circuit_open',
      labelNames: ['upstream', 'route', 'outcome'],
      registers,
    }),
    upstreamRetries: new Counter({
      name: 'stackgate_upstream_retries_total',
      help: 'Retried calls to other servers',
      labelNames: ['upstream', 'route'],
      registers,
    }),
    authFailures: new Counter({
      name: 'stackgate_auth_failures_total',
      help: 'Requests rejected because of an invalid token or key',
      labelNames: ['route', 'code'],
      registers,
    }),
    requestsLimited: new Counter({
      name: 'stackgate_rate_limited_requests_total',
      help: 'Requests rejected by rate limits',
      labelNames: ['route'],
      registers,
    }),
    upstreamBroken: new Gauge({
      name: 'stackgate_upstream_circuit_open',
      help: '1 while the circuit breaker of a server is open',
      labelNames: ['upstream'],
      registers,
    }),
    templateSyncMessages: new Counter({
      name: 'stackgate_template_sync_messages_total',
      help: 'Messages about templates to the User Service',
      labelNames: ['outcome'],
      registers,
    }),
    brokerMessages: new Counter({
      name: 'stackgate_broker_messages_total',
      help: 'Messages to installers over the broker',
      labelNames: ['outcome'],
      registers,
    }),
    agentAuthFailures: new Counter({
      name: 'stackgate_agent_auth_failures_total',
      help: 'Agent requests rejected with 401',
      labelNames: ['reason'],
      registers,
    }),
    commands: new Counter({
      name: 'stackgate_commands_total',
      help: 'Command transitions',
      labelNames: ['type', 'status'],
      registers,
    }),
    waitingAgents: new Gauge({ name: 'stackgate_long_polls', help: 'Agents in a long poll', registers }),
    agentOutages: new Gauge({
      name: 'stackgate_agent_outages',
      help: 'Unreachable agents with an active alert',
      labelNames: ['kind'],
      registers,
    }),
    agentOutageNotices: new Counter({
      name: 'stackgate_agent_outage_notifications_total',
      help: 'Started and ended agent outages',
      labelNames: ['kind', 'type'],
      registers,
    }),
    agentAlarms: new Counter({
      name: 'stackgate_agent_alarms_total',
      help: 'Thresholds crossed on servers, as reported by their agents',
      labelNames: ['kind', 'severity'],
      registers,
    }),
    liveSubscriptions: new Gauge({
      name: 'stackgate_graphql_subscriptions',
      help: 'Open GraphQL subscriptions',
      labelNames: ['stream'],
      registers,
    }),
  }
}
