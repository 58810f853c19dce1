import { Feature } from '../catalog/feature.type.js'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'
import type { RightsFacts } from '../../services/entitlements/rights/facts.js'

/** Where a reservation stands. */
export const ReservationStatus = enumType(
  'ReservationStatus',
  'Where a reservation stands. Held becomes one of the others, once.',
  {
    HELD: 'The units are held.',
    COMMITTED: 'They were used.',
    RELEASED: 'They were given back.',
    EXPIRED: 'Its time is over; the units are back.',
  },
)
export type ReservationStatus = keyof typeof ReservationStatus

/** Units that are held. `entitlement` is added by its resolver from `facts`. */
@objectType('Units of a quota or credits that are held until they are committed, released, or the time is over.', {
  implements: Node,
})
export class Reservation implements Node {
  readonly __typename!: 'Reservation'
  id!: string

  @field('Of which feature.', () => Feature)
  feature!: Feature

  @field('How many units, at least 1.', () => SafeInt)
  amount!: number

  @field('Where it stands.', () => ReservationStatus)
  status!: ReservationStatus

  @field('When the units come back by themselves, on the business clock.', () => DateTime)
  expiresAt!: Date

  /** What the account has from then on. */
  facts!: RightsFacts
}
