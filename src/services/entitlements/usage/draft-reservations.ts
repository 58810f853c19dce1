import type { AccountSnapshot, OpenReservation } from '../model/account-snapshot.js'
import type { ReservationProbe, ReservationWrite } from '../persist/account-change.js'
import { positionKey } from './draft-keys.js'

/** Reservations that a draft changed. */
export class DraftReservations {
  private readonly changed = new Map<string, ReservationWrite>()
  /** Reservations that are assumed to have ended by their time. */
  readonly probes: ReservationProbe[] = []

  get rows(): readonly ReservationWrite[] {
    return [...this.changed.values()]
  }

  /** Holds a reservation, instead of its earlier state if there is one, and returns the snapshot with it. */
  hold(snapshot: AccountSnapshot, reservation: OpenReservation, before?: OpenReservation): AccountSnapshot {
    this.changed.set(positionKey(reservation), { ...reservation, status: 'HELD', closedAt: null })
    return { ...snapshot, reservations: [...without(snapshot, before), reservation] }
  }

  /** Closes a reservation, and returns the snapshot without it. */
  close(
    snapshot: AccountSnapshot,
    reservation: OpenReservation,
    status: ReservationWrite['status'],
    closedAt: Date,
  ): AccountSnapshot {
    this.changed.set(positionKey(reservation), { ...reservation, status, closedAt })
    return { ...snapshot, reservations: without(snapshot, reservation) }
  }

  /** True if these decisions committed a reservation. */
  isCommitted(reservation: Parameters<typeof positionKey>[0]): boolean {
    return this.changed.get(positionKey(reservation))?.status === 'COMMITTED'
  }
}

const without = ({ reservations }: AccountSnapshot, one: OpenReservation | undefined): readonly OpenReservation[] =>
  reservations.filter((held) => held !== one)
