import { overageKey } from '../model/overage.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { isOverageDue } from '../model/overage-threshold.js'
import type { AccountSnapshot } from '../model/account-snapshot.js'
import type { AccountChange } from '../persist/account-change.js'
import type { AmountPart, LedgerMovement } from './ledger-movement.js'

const NO_ROWS: AccountChange['overage'] = []

/** Units beyond allowances that a draft moved. */
export class DraftOverage {
  private changed: Map<string, AccountChange['overage'][number]> | null = null

  get rows(): AccountChange['overage'] {
    return this.changed === null ? NO_ROWS : [...this.changed.values()]
  }

  /** True if the cost of overage has reached its threshold with what the draft moved. */
  isDue(catalog: CatalogSnapshot, snapshot: AccountSnapshot): boolean {
    return this.changed !== null && isOverageDue(catalog, snapshot)
  }

  /** Moves units of a window and tariff, and returns the snapshot with them. */
  move(
    snapshot: AccountSnapshot,
    feature: string,
    { window, overage: price }: AmountPart,
    moved: LedgerMovement,
  ): AccountSnapshot {
    if (!window || !price) return snapshot
    const row = { feature, windowStart: window.start, windowEnd: window.end, tariff: price.tariff }
    const key = overageKey(row)
    const overage = [...(snapshot.overage ?? [])]
    const index = overage.findIndex((known) => overageKey(known) === key)
    const before = overage[index] ?? { ...row, used: 0, reserved: 0, invoiced: 0 }
    const after = {
      ...before,
      used: before.used + (moved.used ?? 0),
      reserved: before.reserved + (moved.reserved ?? 0),
    }
    if (index < 0) overage.push(after)
    else overage[index] = after
    this.changed ??= new Map()
    this.changed.set(key, { ...after, isNew: this.changed.get(key)?.isNew ?? index < 0 })
    return { ...snapshot, overage }
  }
}
