import type { OutboxEventRow } from '#entities/kernel/outbox-event.entity.js'
import { retrySeconds, startClaimLoop, type ClaimLoop } from '../claim-loop/claim-loop.js'
import { leasedRows } from '../claim-loop/leased-rows.js'
import type { Context } from '../context/context.js'
import { isUnavailable } from '../errors/app-error.js'
import { OUTBOX_TOPIC } from './write-outbox.js'

/** Handles one kind of outbox event. At least once: it must be idempotent by the event's id or business key. */
export type OutboxHandler = (event: OutboxEventRow, context: Context) => Promise<void>

/** Handlers by event type, those of `*` for every event. Filled by the composition root. */
export type OutboxHandlers = Readonly<Record<string, readonly OutboxHandler[]>>

/** After this many failures an event rests as dead, for an operator to see. */
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
    topic: OUTBOX_TOPIC,
    ...leasedRows<OutboxEventRow>(database, { table: 'outbox_event', order: 'available_at, id' }),
    work: async (event, token) => {
      try {
        for (const handler of [...(handlers['*'] ?? []), ...(handlers[event.type] ?? [])]) await handler(event, context)
        await database.run(
          `update outbox_event set state = 'RELAYED', relayed_at = now(), lease_token = null, lease_until = null where id = $1 and lease_token = $2`,
          [event.id, token],
        )
        context.metrics.outboxRelayed.inc({ type: event.type, outcome: 'relayed' })
      } catch (error) {
        const dead = event.attempts >= MAX_ATTEMPTS && !(isUnavailable(error) && isYoung(context, event))
        context.log.error(
          { err: error, outboxEvent: event.id, type: event.type, requestId: event.requestId, dead },
          'outbox event failed',
        )
        await database.run(
          `update outbox_event set state = $3, last_error = $4, lease_token = null, lease_until = null, available_at = now() + make_interval(secs => $5)
           where id = $1 and lease_token = $2`,
          [event.id, token, dead ? 'DEAD' : 'PENDING', (error as Error).message, retrySeconds(error, event.attempts)],
        )
        context.metrics.outboxRelayed.inc({ type: event.type, outcome: dead ? 'dead' : 'retrying' })
      }
    },
  })
}
