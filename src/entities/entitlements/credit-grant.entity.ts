import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { ownerKey } from '../owner-key.js'
import { sqlIndex } from '../sql-index.js'

/**
 * A dated amount of credits, or of a quota beyond the plan's. Its balance, amount - used - reserved - expired - revoked, is the sum of
 * its ledger entries and never below zero. One cause grants a feature once.
 */
export const CreditGrantSchema = defineEntity({
  name: 'CreditGrant',
  tableName: 'credit_grant',
  properties: {
    id: p.text().primary(),
    accountId: ownerKey,
    feature: p.text(),
    amount: p.bigint('number'),
    used: p.bigint('number').default(0),
    reserved: p.bigint('number').default(0),
    expired: p.bigint('number').default(0),
    revoked: p.bigint('number').default(0),
    grantedAt: p.datetime(),
    /** The beginning of the period in which it was last used; null: when it was granted. */
    usagePeriodStart: p.datetime().nullable(),
    /** Units used before then: usage of earlier periods does not count in this one. */
    usedBeforePeriod: p.bigint('number').default(0),
    /** From this millisecond on nothing of it can be used; null: it does not expire. */
    expiresAt: p.datetime().nullable(),
    /** Units that return to a revoked grant are revoked too. */
    revokedAt: p.datetime().nullable(),
    /** Kind of the source in the entitlement. */
    sourceKind: p.text().$type<'PLAN' | 'ADDON' | 'PACKAGE' | 'ROLLOVER' | 'OVERRIDE'>(),
    sourceCode: p.text(),
    /** Cause, for example `purchase` and its ID. */
    causeType: p.text(),
    causeId: p.text(),
    /** Codes of boolean features that the account has while the grant has a remainder. */
    flags: p.array().default([]),
    /** False when nothing can come of it any more: it is no longer among the account's facts. */
    open: p.boolean().default(true),
  },
  checks: [
    { name: 'credit_grant_amount', expression: `amount > 0` },
    {
      name: 'credit_grant_parts',
      expression: `used >= used_before_period and used_before_period >= 0 and reserved >= 0 and expired >= 0 and revoked >= 0`,
    },
    { name: 'credit_grant_balance', expression: `used + reserved + expired + revoked <= amount` },
    { name: 'credit_grant_source', expression: `source_kind in ('PLAN', 'ADDON', 'PACKAGE', 'ROLLOVER', 'OVERRIDE')` },
  ],
  uniques: [{ name: 'credit_grant_cause', properties: ['causeType', 'causeId', 'feature', 'accountId'] }],
  indexes: [
    sqlIndex('credit_grant_open', 'on "credit_grant" ("account_id") where open'),
    { name: 'credit_grant_account', properties: ['accountId'] },
    sqlIndex('credit_grant_expires', `on "credit_grant" ("expires_at") where expires_at is not null`),
  ],
})

export type CreditGrantRow = RowOf<typeof CreditGrantSchema>
