import { payload } from '../kernel/payload.js'
import { Feature } from '../catalog/feature.type.js'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'
import { UsagePrice } from './usage-price.type.js'
import type { AccountSnapshot } from '#services/entitlements/model/account-snapshot.js'

export const ReservationStatus = enumType(
  'ReservationStatus',
  'Status of a reservation. HELD changes once, to one of the others.',
  {
    HELD: 'The units are held.',
    COMMITTED: 'The units were consumed.',
    RELEASED: 'The units were released.',
    EXPIRED: 'Expired; the units were released.',
  },
)
export type ReservationStatus = keyof typeof ReservationStatus

/** Units that are held. `entitlement` is added by its resolver from `snapshot`. */
@objectType('Units of a quota or credits, held until they are committed, released or expired.', {
  implements: Node,
})
export class Reservation implements Node {
  readonly __typename!: 'Reservation'
  id!: string

  @field('Feature the units belong to.', () => Feature)
  feature!: Feature

  @field('Number of units, at least 1.', () => SafeInt)
  amount!: number

  @field('Status of the reservation.', () => ReservationStatus)
  status!: ReservationStatus

  @field('Time the reservation expires and its units are released (business clock).', () => DateTime)
  expiresAt!: Date

  @field('Price of the expected work. Only in the first result of `reserve`; null otherwise.', () => UsagePrice, {
    nullable: true,
  })
  price!: UsagePrice | null

  /** Snapshot of the account after the operation. */
  snapshot!: AccountSnapshot
}

export const ReservationPayload = payload(Reservation)
