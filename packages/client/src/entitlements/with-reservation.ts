import type { Entitlements } from './entitlements.js'
import { createIdempotencyKey } from '../idempotency.js'
import type { Consumption, Denied, ExtendInput, Reservation, ReserveInput, Work } from './types.js'

/** Units that are held while work runs. */
export interface Hold {
  readonly reservation: Reservation
  /**
   * Commits another amount than the reserved one when the work is done: at most what was reserved. 0 releases the units. With a rate card,
   * what was done: it can cost more than was reserved, and `overage` of the card decides.
   */
  readonly use: (used: number | Work) => void
  /** Changes the end or the estimate while the work runs. */
  readonly extend: (
    change: Pick<ExtendInput, 'expiresInSeconds' | 'estimate' | 'work' | 'key'>,
  ) => ReturnType<Entitlements['extend']>
}

/** Outcome of work that succeeded. */
export interface WorkResult<Value> {
  readonly ok: true
  readonly value: Value
  /** Null if the work used nothing. */
  readonly consumption: Consumption | null
}

/** Reserves, works, and commits or releases. */
export async function withReservation<Value>(
  entitlements: Pick<Entitlements, 'reserve' | 'extend' | 'commit' | 'release'>,
  input: ReserveInput,
  work: (hold: Hold) => Promise<Value>,
): Promise<WorkResult<Value> | Denied> {
  const key = input.key ?? createIdempotencyKey()
  const held = await entitlements.reserve({ ...input, key })
  if (!held.ok) return held
  const { reservation } = held
  let used: number | Work | undefined
  // Longer keys than the server takes are not made: 255 characters.
  const keyOf = (verb: string): string => (key.length > 240 ? createIdempotencyKey() : `${key}-${verb}`)
  const ended = { reservationId: reservation.id, accountId: input.accountId }
  let value: Value
  try {
    value = await work({
      reservation,
      use: (given) => {
        used = given
      },
      extend: (change) => entitlements.extend({ ...change, ...ended }),
    })
  } catch (error) {
    // Without an answer, the reservation ends by its time.
    await entitlements.release({ ...ended, key: keyOf('release') }).catch(() => undefined)
    throw error
  }
  if (used === 0) {
    await entitlements.release({ ...ended, key: keyOf('release') })
    return { ok: true, value, consumption: null }
  }
  const committed = await entitlements.commit({
    ...ended,
    ...(typeof used === 'object' ? { work: used } : { amount: used }),
    key: keyOf('commit'),
  })
  return committed.ok ? { ok: true, value, consumption: committed.consumption } : committed
}
