import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import type { OveragePrice } from './usage-price.js'
import { forEachUseText } from './use-texts.js'
import { RESERVATION_STATUSES, type ReservationStatus } from './reservation-state.js'
import { sqlIndex } from '../sql-index.js'

/** Where a part of a reservation is held: in a grant, or in an allowance's window. */
export interface HeldPart {
  readonly grantId: string | null
  /** ISO 8601; null for a grant. */
  readonly windowStart: string | null
  readonly windowEnd: string | null
  readonly amount: number
  readonly source: string
  /** Price of units beyond the allowance. Absent for others. */
  readonly overage?: OveragePrice
}

/** Reserved units: committed, released, or expired. Its position is that of its first ledger entry. */
export const ReservationSchema = defineEntity({
  name: 'Reservation',
  tableName: 'reservation',
  properties: {
    accountId: p.text().primary(),
    version: p.bigint('number').primary(),
    operationNo: p.integer().primary(),
    feature: p.text(),
    amount: p.bigint('number'),
    status: p.text().$type<ReservationStatus>(),
    parts: p.json().$type<readonly HeldPart[]>(),
    /** Sub-account for which the units are held. */
    subAccountId: p.text().nullable(),
    /** Member whose use they are. */
    userId: p.text().nullable(),
    ...forEachUseText(() => p.text().nullable()),
    expiresAt: p.datetime(),
    createdAt: p.datetime(),
    closedAt: p.datetime().nullable(),
  },
  checks: [
    { name: 'reservation_status', expression: `status in ('${RESERVATION_STATUSES.join(`', '`)}')` },
    { name: 'reservation_amount', expression: `amount > 0` },
  ],
  indexes: [sqlIndex('reservation_held', `on "reservation" ("account_id") where status = 'HELD'`)],
})

export type ReservationRow = RowOf<typeof ReservationSchema>
