import type { Alert, Crossing } from '../model/alert.js'
import type { OverageCharge } from '#entities/entitlements/usage-price.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { balanceCrossings } from '../model/decide-levels.js'
import type { AccountChange } from '../persist/account-change.js'
import type { AccountSnapshot, SpendCap } from '../model/account-snapshot.js'
import { allowanceCrossing, isUsageAlertable } from '../model/decide-usage-alerts.js'
import type { CapState } from '../model/cap-state.js'
import { spend } from '../model/decide-spend.js'

/** Spend caps and alerts that a draft changed. */
export class DraftWatches {
  private spentCaps: Map<string, SpendCap> | null = null
  private changedAlerts: Map<string, Alert> | null = null
  readonly crossings: Crossing[] = []
  /** Features of levels that a balance fell below, or rose to again. */
  readonly crossedFeatures = new Set<string>()

  get caps(): readonly SpendCap[] {
    return this.spentCaps === null ? NO_CAPS : [...this.spentCaps.values()]
  }

  get alerts(): readonly Alert[] {
    return this.changedAlerts === null ? NO_ALERTS : [...this.changedAlerts.values()]
  }

  /** Rows of the statement. */
  get rows(): Pick<AccountChange, 'caps' | 'alerts' | 'crossings'> {
    const { caps, alerts, crossings } = this
    return { caps, alerts, crossings }
  }

  /** Compares the allowances of changed features with their alerts, and returns all alerts. Null if no level was reached. */
  reachUsage(
    catalog: CatalogSnapshot,
    snapshot: AccountSnapshot,
    changed: ReadonlySet<string>,
  ): readonly Alert[] | null {
    const reached = snapshot.alerts.flatMap((alert) => {
      if (alert.basis !== 'ALLOWANCE' || !changed.has(alert.feature)) return []
      const feature = catalog.features.get(alert.feature)
      return (feature && isUsageAlertable(catalog, feature) && allowanceCrossing(snapshot, feature, alert)) || []
    })
    if (reached.length === 0) return null
    this.crossings.push(...reached.map(({ crossing }) => crossing))
    return this.replace(
      snapshot,
      reached.map(({ alert }) => alert),
    )
  }

  /** Counts units and their charges for caps, and returns all caps of the account with them. */
  spend(
    all: readonly SpendCap[],
    states: readonly CapState[],
    amount: number,
    charges: readonly OverageCharge[],
  ): { readonly caps: readonly SpendCap[]; readonly isReached: boolean } {
    const { caps, crossings } = spend(states, amount, charges)
    this.spentCaps ??= new Map()
    for (const cap of caps) this.spentCaps.set(cap.id, cap)
    this.crossings.push(...crossings)
    // A parent account has a cap for each of its sub-accounts, of which a use changes one.
    const after = [...all]
    for (const cap of caps) {
      const index = after.findIndex(({ id }) => id === cap.id)
      if (index >= 0) after[index] = cap
    }
    return { caps: after, isReached: crossings.length > 0 }
  }

  /** Compares the balances of a snapshot with their alerts, and returns all alerts. Null if none changed. */
  compare(
    catalog: CatalogSnapshot,
    snapshot: AccountSnapshot,
  ): { readonly alerts: readonly Alert[]; readonly isCrossed: boolean } | null {
    const { changed, crossings } = balanceCrossings(catalog, snapshot)
    if (changed.length === 0) return null
    const before = new Map(snapshot.alerts.map((alert) => [alert.id, alert]))
    for (const { id, feature, armed } of changed) if (armed !== before.get(id)!.armed) this.crossedFeatures.add(feature)
    this.crossings.push(...crossings)
    return { alerts: this.replace(snapshot, changed), isCrossed: crossings.length > 0 }
  }

  private replace({ alerts }: AccountSnapshot, changed: readonly Alert[]): readonly Alert[] {
    this.changedAlerts ??= new Map()
    for (const alert of changed) this.changedAlerts.set(alert.id, alert)
    return alerts.map((alert) => this.changedAlerts!.get(alert.id) ?? alert)
  }
}

const NO_CAPS: readonly SpendCap[] = []
const NO_ALERTS: readonly Alert[] = []
