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
    EXPIRED: 'Ended by its time. `onExpiry` states what became of the units; a late commit is still possible.',
  },
)
export type ReservationStatus = keyof typeof ReservationStatus

export const OnExpiry = enumType('OnExpiry', 'Treatment of the units of a reservation that ends by its time.', {
  RELEASE: 'The units are released.',
  COMMIT: 'All reserved units are consumed.',
  COMMIT_ESTIMATE: 'The latest estimate is consumed, and the other units are released.',
})
export type OnExpiry = keyof typeof OnExpiry

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

  @field('Time the reservation ends (business clock).', () => DateTime)
  expiresAt!: Date

  @field('Treatment of the units at that time.', () => OnExpiry)
  onExpiry!: OnExpiry

  @field('Number of units that are used so far, by the latest estimate. Null without one.', () => SafeInt, {
    nullable: true,
  })
  estimate!: number | null

  @field(
    'Price of the expected work. Only in the first result of `reserve` and `extendReservation`; null otherwise.',
    () => UsagePrice,
    {
      nullable: true,
    },
  )
  price!: UsagePrice | null

  /** Snapshot of the account after the operation. */
  snapshot!: AccountSnapshot
}

export const ReservationPayload = payload(Reservation)
