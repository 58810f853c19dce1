import type { OutboxEventRow } from '#entities/kernel/outbox-event.entity.js'
import { sql } from 'kysely'
import { retrySeconds, startClaimLoop, type ClaimLoop } from '../claim-loop/claim-loop.js'
import { leasedRows } from '../claim-loop/leased-rows.js'
import { recordAttempt } from '../claim-loop/record-attempt.js'
import type { Context } from '../context/context.js'
import { isUnavailable } from '../errors/app-error.js'
import { recordRelayed } from './outbox.sql.js'

/** Handles one kind of outbox event. At least once: it must be idempotent by the event's id or business key. */
export type OutboxHandler = (event: OutboxEventRow, context: Context) => Promise<void>

/** Handlers by event type, those of `*` for every event. Filled by the composition root. */
export type OutboxHandlers = Readonly<Record<string, readonly OutboxHandler[]>>

/** After this many failures an event is dead-lettered. */
const MAX_ATTEMPTS = 20
/** An event that failed because another service did not respond is retried at least this long. */
const UNAVAILABLE_MS = 3 * 86_400_000

const isYoung = ({ machineClock }: Context, { recordedAt }: OutboxEventRow): boolean =>
  machineClock.now().getTime() - recordedAt.getTime() < UNAVAILABLE_MS

/**
 * Relays outbox events to their handlers in higher domains.
 * @param types those of the installed modules: events of others wait until their module is there again. Default: all
 */
export function startOutboxRelay(context: Context, handlers: OutboxHandlers, types?: readonly string[]): ClaimLoop {
  const { database } = context
  return startClaimLoop<OutboxEventRow>({
    name: 'outbox',
    context,
    ...leasedRows(database, 'outbox', {
      order: ['availableAt', 'id'],
      ...(types ? { only: () => sql<boolean>`type = any(${types})` } : {}),
    }),
    work: async (event, token) => {
      try {
        for (const handler of [...(handlers['*'] ?? []), ...(handlers[event.type] ?? [])]) await handler(event, context)
        await database.run(recordRelayed, { id: event.id, token })
        context.metrics.outboxRelayed.inc({ type: event.type, outcome: 'relayed' })
      } catch (error) {
        const dead = event.attempts >= MAX_ATTEMPTS && !(isUnavailable(error) && isYoung(context, event))
        context.log.error(
          { err: error, outboxEvent: event.id, type: event.type, requestId: event.requestId, dead },
          'outbox event failed',
        )
        await recordAttempt(database, 'outbox', {
          row: event,
          token,
          values: { state: dead ? 'DEAD' : 'PENDING', lastError: (error as Error).message },
          waitSeconds: retrySeconds(context.random, error, event.attempts),
        })
        context.metrics.outboxRelayed.inc({ type: event.type, outcome: dead ? 'dead' : 'retrying' })
      }
    },
  })
}
