import type { HeldPart } from '#entities/entitlements/reservation.entity.js'
import type { AmountPart } from './ledger-movement.js'

/** The first units of some parts, in their order. */
export function firstUnits(parts: readonly AmountPart[], amount: number): AmountPart[] {
  let missing = amount
  return parts.flatMap((part) => {
    const units = Math.min(missing, part.amount)
    missing -= units
    return units > 0 ? [{ ...part, amount: units }] : []
  })
}

/** A part as a reservation stores it. */
export const toHeldPart = ({ grantId, window, amount, source, overage }: AmountPart): HeldPart => ({
  grantId,
  windowStart: window?.start.toISOString() ?? null,
  windowEnd: window?.end.toISOString() ?? null,
  amount,
  source,
  ...(overage ? { overage } : {}),
})

/** A part as a reservation stored it. */
export const toPart = ({ grantId, windowStart, windowEnd, amount, source, overage }: HeldPart): AmountPart => ({
  grantId,
  window: windowStart && windowEnd ? { start: new Date(windowStart), end: new Date(windowEnd) } : null,
  amount,
  source,
  ...(overage ? { overage } : {}),
})
