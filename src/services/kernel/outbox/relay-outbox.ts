import { sql } from 'kysely'
import type { OutboxEventRow } from '#entities/kernel/outbox-event.entity.js'
import { retrySeconds, startClaimLoop, type ClaimLoop } from '../claim-loop/claim-loop.js'
import { leasedRows } from '../claim-loop/leased-rows.js'
import type { Context } from '../context/context.js'
import { isUnavailable } from '../errors/app-error.js'
import { recordDeadLetter } from '../events/record-operator-event.js'
import { recordRelayed } from './outbox.sql.js'
import { OUTBOX_TOPIC } from './write-outbox.js'

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

/** Relays outbox events to their handlers in higher domains. */
export function startOutboxRelay(context: Context, handlers: OutboxHandlers): ClaimLoop {
  const { database } = context
  return startClaimLoop<OutboxEventRow>({
    name: 'outbox',
    database,
    log: context.log,
    notifier: context.notifier,
    timers: context.timers,
    random: context.random,
    topic: OUTBOX_TOPIC,
    ...leasedRows(database, { table: 'outbox_event', order: ['availableAt', 'id'] }),
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
        const reason = (error as Error).message
        await database.transaction(async (transaction) => {
          const { numUpdatedRows } = await transaction.query
            .updateTable('outbox_event')
            .set({
              state: dead ? 'DEAD' : 'PENDING',
              lastError: reason,
              leaseToken: null,
              leaseUntil: null,
              availableAt: sql`now() + make_interval(secs => ${retrySeconds(context.random, error, event.attempts)})`,
            })
            .where('id', '=', event.id)
            .where('leaseToken', '=', token)
            .executeTakeFirstOrThrow()
          if (!dead || numUpdatedRows === 0n) return
          const { id, accountId } = event
          await recordDeadLetter(transaction, { queue: 'OUTBOX', id, accountId, error: reason })
        })
        context.metrics.outboxRelayed.inc({ type: event.type, outcome: dead ? 'dead' : 'retrying' })
      }
    },
  })
}
