import { accountIdOffline } from '../../identity/guard/guard.js'
import type { CheckQuestion } from '../check/check.js'
import type { Check } from '../check/decide-check.js'
import type { EntitlementsContext } from '../entitlements-context.js'
import { storeAway } from './store-away.js'

/**
 * Checks while the store cannot answer: each by its feature's policy. A service's key says by itself which accounts it may ask
 * about, and a member's token which account is the current one; for every other account, and for a feature that nobody knows, the question
 * fails.
 */
export function checkWhileAway(context: EntitlementsContext, questions: readonly CheckQuestion[]): Check[] {
  const features = context.catalog.current().features
  return questions.map(({ accountId, feature }) => {
    const id = accountIdOffline(context.caller, accountId, 'entitlements:read')
    const policy = features.get(feature)?.onFailure
    if (!id || !policy) throw storeAway('CLOSED', new Error('the store is away'))
    return {
      allowed: policy === 'OPEN',
      entitlement: null,
      denial: null,
      explain: [`The store cannot answer; the policy ${policy} of ${feature} decides.`],
      decidedBy: policy,
    }
  })
}
