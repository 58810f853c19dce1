import { randomUUID } from 'node:crypto'
import { catalogFixture } from './catalog-fixture.js'
import type { CatalogPlan } from '#services/catalog/snapshot/catalog-snapshot.js'
import {
  NO_SUB_ACCOUNTS,
  type AccountSnapshot,
  type Grant,
  type HeldPlan,
} from '#services/entitlements/model/account-snapshot.js'

const AT = new Date('2026-01-15T10:00:00Z')

/** A plan as an account holds it: bought, unless it is the default one. */
export function heldPlan(plan: CatalogPlan, changed: { quantity?: number; expiresAt?: Date | null } = {}): HeldPlan {
  if (plan.prices.length === 0) return { plan, assignment: null }
  const assignment = {
    id: `asg_${randomUUID()}`,
    planVersionId: plan.versionId,
    groupCode: plan.group,
    sourceType: 'subscription',
    sourceId: 'sub_1',
    quantity: changed.quantity ?? 1,
    currency: null,
    since: AT,
    billingAnchor: AT,
    windowsSince: null,
    periodEnd: null,
    expiresAt: changed.expiresAt ?? null,
  }
  return { plan, assignment }
}

/** A grant of 50, given on 1 January 2026 for three months. */
export const heldGrant = (changed: Partial<Grant> & Pick<Grant, 'feature' | 'sourceCode'>): Grant => ({
  id: 'grt_1',
  amount: 50,
  used: 0,
  reserved: 0,
  expired: 0,
  revoked: 0,
  grantedAt: new Date('2026-01-01T00:00:00Z'),
  usagePeriodStart: changed.grantedAt ?? new Date('2026-01-01T00:00:00Z'),
  usedBeforePeriod: 0,
  expiresAt: new Date('2026-04-01T00:00:00Z'),
  revokedAt: null,
  sourceKind: 'PACKAGE',
  flags: [],
  ...changed,
})

/** The facts of an account that holds a plan of the fixture and uses some of it. */
export function accountSnapshot(
  planCode: string,
  changed: Partial<AccountSnapshot> & { quantity?: number; expiresAt?: Date } = {},
): AccountSnapshot {
  const plan = catalogFixture.planByCode.get(planCode)!
  const { quantity, expiresAt, ...input } = changed
  const held = heldPlan(plan, { ...(quantity ? { quantity } : {}), ...(expiresAt ? { expiresAt } : {}) })
  return {
    accountId: 'acc_1',
    accountName: 'Ann',
    version: 7,
    createdAt: AT,
    timeZone: null,
    at: AT,
    assignments: held.assignment ? [held.assignment] : [],
    held: [held],
    packages: [],
    overrides: [],
    grants: [],
    usage: [],
    overage: null,
    overageThreshold: null,
    unitsHold: null,
    rolled: null,
    rated: [],
    caps: [],
    alerts: [],
    allocated: {},
    reservations: [],
    debts: {},
    members: [],
    sweepAt: null,
    parentId: null,
    subAccounts: NO_SUB_ACCOUNTS,
    pool: null,
    ...input,
  }
}
