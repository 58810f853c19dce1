import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { AccountSnapshot } from './account-snapshot.js'
import { endReservations } from './end-reservations.js'
import { presentSnapshot } from './rollover.js'

/**
 * Pure: the snapshot at a later time without further changes: unused units have rolled over, and expired reservations are released, or consumed as
 * their terms say. Not for decisions that are written: there a reservation ends by its own entry, and would end twice.
 */
export const projectSnapshot = (catalog: CatalogSnapshot, snapshot: AccountSnapshot, at: Date): AccountSnapshot =>
  endReservations(presentSnapshot(catalog, snapshot, at))
