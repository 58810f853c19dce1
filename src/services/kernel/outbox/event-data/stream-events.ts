import { z } from 'zod'
import { each, integer, maybeText, onlyStreamed, text, time } from './define-event-data.js'

/** Members that `agentPresence` adds to the events that change a presence. */
const presence = {
  presence: text().optional().describe('Presence of the agent after the event. Only in `agentPresence`.'),
  lastHeartbeatAt: time()
    .nullable()
    .optional()
    .describe('Last heartbeat of the agent. Only in `agentPresence`. Null if none.'),
}

const appState = z.strictObject({
  appCode: text(),
  status: maybeText(),
  health: maybeText(),
  containerState: maybeText(),
  previousStatus: maybeText(),
  previousHealth: maybeText(),
})

const receivedEvent = {
  provider: text(),
  eventType: text().describe('Type of the event at the provider.'),
  objectKey: text().describe('Object at the provider that the event is about.'),
}

/** Data of events that only streams have: frequent ones, and those of operators. */
export const STREAM_EVENTS = {
  'usage.recorded': onlyStreamed({
    features: text().array().readonly().describe('Codes of the features.'),
    operations: integer(),
    holds: integer().describe('Number of expired reservations.'),
    grants: integer().describe('Number of expired grants.'),
  }),
  'balance.level_changed': onlyStreamed({
    features: text().array().readonly().describe('Codes of the features.'),
  }),
  ...each(['overage.ending', 'overage.resumed'], onlyStreamed({ endsAt: time().nullable(), reason: maybeText() })),
  'overage.invoiced': onlyStreamed({ amountMinor: integer(), currency: text() }),
  'overage.threshold_set': onlyStreamed({ amountMinor: integer().nullable(), currency: maybeText(), by: text() }),
  'invoice.details_changed': onlyStreamed({ fields: text().array().readonly(), by: text() }),
  'invoice.terms_set': onlyStreamed({ daysUntilDue: integer().nullable(), access: maybeText(), by: text() }),
  'deployment.renamed': onlyStreamed({ name: text() }),
  'deployment.enrolment_reissued': onlyStreamed({}),
  'deployment.server_counted': onlyStreamed({ server: text() }),
  'compose_agent.registered': onlyStreamed({ url: text(), version: maybeText() }),
  ...each(['agent.online', 'agent.offline', 'agent.degraded'], onlyStreamed(presence)),
  ...each(
    [
      'command.queued',
      'command.leased',
      'command.running',
      'command.succeeded',
      'command.failed',
      'command.cancelled',
      'command.expired',
      'command.lost',
      'command.cancel_requested',
    ],
    onlyStreamed({
      status: text().describe('A value of `CommandStatus`.'),
      previousStatus: maybeText().describe('Null for a new command.'),
      detail: maybeText().describe('Explanation of the change.'),
      ...presence,
    }),
  ),
  'app.state_changed': onlyStreamed({ apps: appState.array().readonly() }),
  'server.load': onlyStreamed({
    measuredAt: time(),
    cpuUsagePercent: z.number().nullable(),
    memoryUsedPercent: z.number().nullable(),
    diskUsedPercent: z.number().nullable(),
  }),
  'dead_letter.added': onlyStreamed({ queue: text(), error: text() }),
  ...each(
    ['plan_migration.started', 'plan_migration.stopped', 'plan_migration.resumed', 'plan_migration.completed'],
    onlyStreamed({ planId: text(), planVersionId: text() }),
  ),
  ...each(
    [
      'usage_batch.opened',
      'usage_batch.closing',
      'usage_batch.closed',
      'usage_batch.reverting',
      'usage_batch.reverted',
    ],
    onlyStreamed({ usageBatchId: text(), name: text() }),
  ),
  ...each(
    ['usage_comparison.started', 'usage_comparison.progressed', 'usage_comparison.ended'],
    onlyStreamed({ usageComparisonId: text(), name: text() }),
  ),
  ...each(
    ['reconciliation.completed', 'reconciliation.failed', 'drift.found'],
    onlyStreamed({
      provider: text(),
      scope: text(),
      checkedCount: integer(),
      foundCount: integer(),
      healedCount: integer(),
      error: maybeText(),
    }),
  ),
  'price_feed.failed': onlyStreamed({
    feature: text().describe('Feature of the rate card.'),
    error: text().describe('Reason that the document changed nothing.'),
  }),
  ...each(
    ['price_list.proposed', 'price_list.applied'],
    onlyStreamed({
      feature: text().describe('Feature of the rate card.'),
      priceListId: text(),
      changes: integer().describe('Number of changed prices.'),
      needsOperator: z.boolean().describe('True if only an operator applies the changes.'),
    }),
  ),
  'rate_card.value_unlisted': onlyStreamed({
    feature: text().describe('Feature of the rate card.'),
    dimension: text(),
    value: text().describe('Value that only a default line of the card prices.'),
  }),
  'webhook_event.received': onlyStreamed({ ...receivedEvent, state: text() }),
  'webhook_event.dead': onlyStreamed({ ...receivedEvent, stateReason: maybeText() }),
} as const
