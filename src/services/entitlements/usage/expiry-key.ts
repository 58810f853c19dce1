import type { OperationKey } from '../persist/account-change.js'
import { positionKey } from './draft-keys.js'
import type { ReservationPosition } from './usage-operation.js'

/** Key under which the end of a reservation consumes its units. No caller has this principal. */
export const expiryKey = (reservation: ReservationPosition): OperationKey => ({
  principal: 'expiry',
  mutation: 'commitReservation',
  key: positionKey(reservation),
  request: '[]',
})
