import type { CatalogPlan, CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { evaluateFeature } from '../model/evaluate-entitlements.js'
import { mainPlan, type AccountSnapshot } from '../model/account-snapshot.js'
import { COMPED } from './assign-plan.js'

/** The feature that counts deployments. */
export const DEPLOYMENTS = 'deployments'
/** The feature that counts servers with deployments. */
export const MANAGED_SERVERS = 'managed_servers'

/** The current plan of an account, as shown to dashboards and integrations. */
export interface AccountPlan {
  readonly plan: CatalogPlan
  readonly accountId: string
  /**
   * Null for a default plan: active since the end of the last other plan, which is read separately, or since the
   * account was created.
   */
  readonly since: Date | null
  readonly openedAt: Date
  /** Time at which it ends or renews. Null if neither. */
  readonly dateEnd: Date | null
  /** Null: unlimited. */
  readonly deploymentsLeft: number | null
  /** Null: all stacks. */
  readonly supportedStacks: readonly string[] | null
  /** True if an operator gave it without a payment. */
  readonly complimentary: boolean
}

export function accountPlan(catalog: CatalogSnapshot, snapshot: AccountSnapshot): AccountPlan {
  const { plan, assignment } = mainPlan(snapshot)
  const deployments = catalog.features.get(DEPLOYMENTS)
  return {
    plan,
    accountId: snapshot.accountId,
    since: assignment?.since ?? null,
    openedAt: snapshot.createdAt,
    dateEnd: assignment?.periodEnd ?? null,
    deploymentsLeft: deployments ? evaluateFeature(catalog, snapshot, deployments).remaining : null,
    supportedStacks: plan.supportedStacks,
    complimentary: assignment?.sourceType === COMPED,
  }
}
