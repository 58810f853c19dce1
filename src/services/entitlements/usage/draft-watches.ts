import type { BalanceLevel } from '../model/balance-level.js'
import type { OverageCharge } from '#entities/entitlements/usage-price.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { levelStates, type Crossing } from '../model/decide-levels.js'
import type { AccountChange } from '../persist/account-change.js'
import type { AccountSnapshot, SpendCap, UsageAlert } from '../model/account-snapshot.js'
import { isUsageAlertable, reachedUsage, type ReachedUsage } from '../model/decide-usage-alerts.js'
import { spend, type CapState, type ReachedLevel } from '../model/decide-spend.js'

/** Spend caps and balance levels that a draft changed. */
export class DraftWatches {
  private spentCaps: Map<string, SpendCap> | null = null
  private changedLevels: Map<string, BalanceLevel> | null = null
  readonly alerts: ReachedLevel[] = []
  readonly crossings: Crossing[] = []
  /** Features of levels that a balance fell below, or rose to again. */
  readonly crossedFeatures = new Set<string>()
  readonly reachedUsage: ReachedUsage[] = []

  get caps(): readonly SpendCap[] {
    return this.spentCaps === null ? NO_CAPS : [...this.spentCaps.values()]
  }

  get levels(): readonly BalanceLevel[] {
    return this.changedLevels === null ? NO_LEVELS : [...this.changedLevels.values()]
  }

  /** Rows of the statement. */
  get rows(): Pick<AccountChange, 'caps' | 'alerts' | 'levels' | 'crossings' | 'reachedUsage'> {
    const { caps, alerts, levels, crossings, reachedUsage } = this
    return { caps, alerts, levels, crossings, reachedUsage }
  }

  /** Compares the allowances of changed features with their levels, and returns all alerts. Null if no level was reached. */
  reachUsage(
    catalog: CatalogSnapshot,
    snapshot: AccountSnapshot,
    changed: ReadonlySet<string>,
  ): readonly UsageAlert[] | null {
    if (snapshot.usageAlerts.length === 0) return null
    const reached = snapshot.usageAlerts.flatMap((alert) => {
      const feature = changed.has(alert.feature) ? catalog.features.get(alert.feature) : undefined
      return feature && isUsageAlertable(catalog, feature) ? reachedUsage(snapshot, feature, alert) : []
    })
    if (reached.length === 0) return null
    this.reachedUsage.push(...reached)
    return snapshot.usageAlerts.map(
      (alert) => reached.find(({ feature, after }) => after && feature === alert.feature)?.after ?? alert,
    )
  }

  /** Counts units and their charges for caps, and returns all caps of the account with them. */
  spend(
    all: readonly SpendCap[],
    states: readonly CapState[],
    amount: number,
    charges: readonly OverageCharge[],
  ): { readonly caps: readonly SpendCap[]; readonly isReached: boolean } {
    const { caps, reached } = spend(states, amount, charges)
    this.spentCaps ??= new Map()
    for (const cap of caps) this.spentCaps.set(cap.id, cap)
    this.alerts.push(...reached)
    // A parent account has a cap for each of its sub-accounts, of which a use changes one.
    const after = [...all]
    for (const cap of caps) {
      const index = after.findIndex(({ id }) => id === cap.id)
      if (index >= 0) after[index] = cap
    }
    return { caps: after, isReached: reached.length > 0 }
  }

  /** Compares the balances of a snapshot with its levels, and returns all levels. Null if none changed. */
  compare(
    catalog: CatalogSnapshot,
    snapshot: AccountSnapshot,
  ): { readonly levels: readonly BalanceLevel[]; readonly isCrossed: boolean } | null {
    const { changed, crossings } = levelStates(catalog, snapshot)
    if (changed.length === 0) return null
    this.changedLevels ??= new Map()
    const before = new Map(snapshot.levels.map((level) => [level.id, level]))
    for (const level of changed) {
      this.changedLevels.set(level.id, level)
      if (level.armed !== before.get(level.id)!.armed) this.crossedFeatures.add(level.feature)
    }
    this.crossings.push(...crossings)
    const levels = snapshot.levels.map((level) => this.changedLevels!.get(level.id) ?? level)
    return { levels, isCrossed: crossings.length > 0 }
  }
}

const NO_CAPS: readonly SpendCap[] = []
const NO_LEVELS: readonly BalanceLevel[] = []
