import { sql } from 'kysely'
import { useTextsOf } from '#services/entitlements/model/use-texts.js'
import { anonymizeRows, deleteRows, keepRows, type ErasureRule } from '#services/identity/account-data/erasure-rule.js'

/** Grants, use, and the chains of the ledger. */
export const entitlementErasure: readonly ErasureRule[] = [
  anonymizeRows('allocation', { releasedAt: sql`coalesce(released_at, allocated_at)` }),
  keepRows('allocation_period'),
  anonymizeRows('reservation', useTextsOf({})),
  anonymizeRows('ledger_entry', useTextsOf({})),
  anonymizeRows('usage_amendment', { reason: 'deleted' }),
  keepRows('credit_grant'),
  keepRows('credit_debt'),
  keepRows('quota_usage'),
  keepRows('rated_usage'),
  keepRows('overage_usage'),
  keepRows('spend_cap'),
  {
    table: 'sub_account',
    on: 'anonymize',
    // The sub-accounts of a deleted account use their own units again.
    anonymize: ({ query }, accountId) =>
      query
        .deleteFrom('sub_account')
        .where((eb) => eb.or([eb('accountId', '=', accountId), eb('parentId', '=', accountId)]))
        .execute(),
    exported: true,
  },
  keepRows('alert'),
  deleteRows('alert_crossing'),
  deleteRows('usage_warning'),
  anonymizeRows('entitlement_override', { reason: 'deleted' }),
  anonymizeRows('plan_assignment', { reason: null }),
  keepRows('external_plan'),
  keepRows('package_assignment'),
  // The chains of what is retained stay verifiable; without its key it is impossible to test what a commitment was made of.
  anonymizeRows('account_chain', { commitmentKey: null, erasedAt: sql`now()` }, false),
  keepRows('account_chain_link', false),
  keepRows('analytics_checkpoint', false),
  keepRows('usage_rollup', false),
]
