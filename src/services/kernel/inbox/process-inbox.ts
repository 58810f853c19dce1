import { recordOperatorEvent } from '../events/record-operator-event.js'
import { sql } from 'kysely'
import type { InboxEventRow } from '#entities/kernel/inbox-event.entity.js'
import type { InboxObjectRow } from '#entities/kernel/inbox-object.entity.js'
import { backoffSeconds, startClaimLoop, type ClaimLoop } from '../claim-loop/claim-loop.js'
import { renewLeases } from '../claim-loop/leased-rows.js'
import type { Context } from '../context/context.js'
import { isUnavailable } from '../errors/app-error.js'
import type { Random } from '../random/random.js'
import { repeat } from '../periodic-jobs/run-periodically.js'
import { beginSpan } from '../tracing/span.js'
import { claimObjects, recordOutcome } from './inbox.sql.js'
import { DeferredEvent, UnprocessableEvent } from './inbox-errors.js'
import { createProviderRecovery, type ProviderRecovery } from './provider-recovery.js'
import { INBOX_TOPIC } from './receive-webhook.js'

/** Syncs one provider object: fetches it and applies the result. Returns the effects for operators. */
export type InboxHandler = (objectKey: string, events: readonly InboxEventRow[], context: Context) => Promise<string[]>
export type InboxHandlers = Readonly<Record<string, InboxHandler>>

/** Twelve attempts take slightly over an hour; afterwards every half hour for three days. */
const MAX_ATTEMPTS = 150
/** An object whose provider does not respond is retried at least this long, regardless of the number of attempts. */
const UNREACHABLE_MS = 3 * 86_400_000
const PROBE_MS = 5_000

/** A missing object usually arrives within seconds. After two minutes the retry interval is that of a failure. */
const deferralSeconds = (random: Random, attempts: number): number =>
  attempts < 25 ? Math.min(attempts, 5) : backoffSeconds(random, attempts - 20)

/** Processes provider events, one object at a time: one fetch covers all pending events of the object. */
export function startInboxWorker(context: Context, handlers: InboxHandlers): ClaimLoop {
  const { database } = context
  const providers = Object.keys(handlers)
  const recovery = createProviderRecovery(database, context.timers, providers)
  const loop = startClaimLoop<InboxObjectRow>({
    name: 'inbox',
    context,
    claim: (token, leaseSeconds, limit) => database.rows(claimObjects, { token, leaseSeconds, limit, providers }),
    renew: renewLeases(database, 'inbox'),
    work: async (object, token) => {
      const events = await database.query
        .selectFrom('inbox_event')
        .selectAll()
        .where('provider', '=', object.provider)
        .where('objectKey', '=', object.objectKey)
        .where('state', 'in', ['RECEIVED', 'DEFERRED', 'RETRYING'])
        .orderBy('id')
        .execute()
      const begin = context.timers.monotonic()
      const completed = await processObject(context, handlers, object, events)
      const again = completed.unreachable && recovery.cameBackAfter(object.provider, begin)
      const outcome = again ? { ...completed, retryInSeconds: backoffSeconds(context.random, 1) } : completed
      await record(context, object, token, events, outcome)
      if (events.length > 0) await noteResponse(recovery, object.provider, outcome)
    },
    close: () => probes.stop(),
  })
  const probes = repeat(context, PROBE_MS, 'inbox probe', async () => {
    if (await recovery.probe()) loop.wake()
  })
  return loop
}

async function noteResponse(recovery: ProviderRecovery, provider: string, outcome: Outcome): Promise<void> {
  if (outcome.unreachable) recovery.failed(provider)
  else if (outcome.state === 'PROCESSED' || outcome.state === 'DEFERRED') await recovery.responded(provider)
}

interface Outcome {
  readonly state: 'PROCESSED' | 'DEFERRED' | 'RETRYING' | 'DEAD'
  readonly stateReason: string | null
  readonly effects: readonly string[]
  readonly retryInSeconds: number | null
  /** The provider did not respond. */
  readonly unreachable: boolean
}

async function processObject(
  context: Context,
  handlers: InboxHandlers,
  object: InboxObjectRow,
  events: readonly InboxEventRow[],
): Promise<Outcome> {
  if (events.length === 0)
    return { state: 'PROCESSED', stateReason: null, effects: [], retryInSeconds: null, unreachable: false }
  try {
    const handler = handlers[object.provider]!
    const effects = await beginSpan(`inbox ${object.provider}`, { 'stackgate.object': object.objectKey }, () =>
      handler(object.objectKey, events, context),
    )
    return { state: 'PROCESSED', stateReason: null, effects, retryInSeconds: null, unreachable: false }
  } catch (error) {
    const reason = (error as Error).message
    const unreachable = isUnavailable(error)
    if (error instanceof UnprocessableEvent || isSpent(context, object, events, unreachable)) {
      context.log.error({ err: error, object: object.objectKey }, 'provider event dead-lettered')
      return { state: 'DEAD', stateReason: reason, effects: [], retryInSeconds: null, unreachable: false }
    }
    if (error instanceof DeferredEvent)
      return {
        state: 'DEFERRED',
        stateReason: reason,
        effects: [],
        retryInSeconds: deferralSeconds(context.random, object.attempts),
        unreachable: false,
      }
    context.log.warn(
      { err: error, object: object.objectKey, attempts: object.attempts },
      'provider event failed, retrying',
    )
    return {
      state: 'RETRYING',
      stateReason: reason,
      effects: [],
      retryInSeconds: backoffSeconds(context.random, object.attempts),
      unreachable,
    }
  }
}

function isSpent(
  context: Context,
  object: InboxObjectRow,
  events: readonly InboxEventRow[],
  unreachable: boolean,
): boolean {
  if (object.attempts < MAX_ATTEMPTS) return false
  return !unreachable || context.machineClock.now().getTime() - events[0]!.receivedAt.getTime() > UNREACHABLE_MS
}

/** Writes the outcome. An event that arrived during the processing keeps its object pending. */
async function record(
  context: Context,
  object: InboxObjectRow,
  token: string,
  events: readonly InboxEventRow[],
  outcome: Outcome,
): Promise<void> {
  await context.database.transaction(async (transaction) => {
    const held = await transaction.run(recordOutcome, {
      provider: object.provider,
      objectKey: object.objectKey,
      token,
      generation: object.generation,
      isRetry: outcome.retryInSeconds !== null,
      retryInSeconds: outcome.retryInSeconds ?? 0,
      unreachable: outcome.unreachable,
    })
    if (!held) return
    const isFinal = outcome.state === 'PROCESSED' || outcome.state === 'DEAD'
    await transaction.query
      .updateTable('inbox_event')
      .set((column) => ({
        state: outcome.state,
        stateReason: outcome.stateReason,
        effects: [...outcome.effects],
        attempts: column('attempts', '+', 1),
        processedAt: isFinal ? sql`now()` : null,
      }))
      .where(
        'id',
        'in',
        events.map((event) => event.id),
      )
      .execute()
    if (outcome.state === 'DEAD')
      for (const { id, provider, type } of events)
        await recordOperatorEvent(transaction, {
          type: 'webhook_event.dead',
          summary: `The event ${type} of ${provider} could not be processed: ${outcome.stateReason}`,
          accountId: null,
          subject: { __typename: 'WebhookEvent', id },
          data: { provider, eventType: type, objectKey: object.objectKey, stateReason: outcome.stateReason },
        })
    transaction.announce(INBOX_TOPIC)
  })
  for (const event of events)
    context.metrics.inboxEvents.inc({ provider: event.provider, outcome: outcome.state.toLowerCase() })
}
