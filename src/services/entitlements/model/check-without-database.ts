import type { CheckInput } from '#schema/entitlements/check.input.js'
import { accountIdOffline } from '#services/identity/model/guard.js'
import type { Check } from '../check/decide-check.js'
import type { EntitlementsContext } from '../entitlements-context.js'
import { databaseUnavailable } from './database-unavailable.js'

/**
 * Checks while the database is unavailable, each by the failure policy of its feature. A service key names the accounts that it may check, and
 * a member's token names the current account. Checks of other accounts and of unknown features fail.
 */
export function checkWithoutDatabase(context: EntitlementsContext, questions: readonly CheckInput[]): Check[] {
  const features = context.catalog.current().features
  return questions.map(({ accountId, feature }) => {
    const id = accountIdOffline(context.caller, accountId, 'entitlements:read')
    const policy = features.get(feature)?.onFailure
    if (!id || !policy) throw databaseUnavailable('CLOSED', new Error('database unavailable'))
    return {
      allowed: policy === 'OPEN',
      entitlement: null,
      denial: null,
      explain: [`The database is unavailable; the failure policy ${policy} of ${feature} applies.`],
      appliedFailurePolicy: policy,
      price: null,
      charges: [],
      remainingAfter: null,
    }
  })
}
