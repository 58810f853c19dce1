import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import type { OveragePrice, UseProperties, EstimatedWork } from './usage-price.js'
import { forEachUseText } from './use-texts.js'
import { RESERVATION_STATUSES, type ExpiryPolicy, type ReservationStatus } from './reservation-state.js'
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

/** Terms of a reservation that differ from the usual ones: plain units without properties that are released at its end. */
export interface ReservationTerms {
  /** Absent: the units are released. */
  readonly onExpiry?: Exclude<ExpiryPolicy, 'RELEASE'>
  /** Units that are used so far, by the latest estimate. Absent: all that are reserved. */
  readonly estimate?: number
  /** Work of which the estimate is the price. Absent for units. */
  readonly work?: EstimatedWork
  /** Plan whose rates price the work, null if those of the card do. Absent for units. */
  readonly plan?: string | null
  /** Properties of the use that is reserved. Absent without any. */
  readonly properties?: UseProperties
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
    terms: p.json().$type<ReservationTerms>().nullable(),
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
