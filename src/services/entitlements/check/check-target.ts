import type { CheckInput } from '#schema/entitlements/check.input.js'
import { CUSTOMER_PREFIX } from '#services/identity/model/customer-prefix.js'
import { accountReference } from '#services/identity/model/guard.js'
import { MAX_REFERENCE } from '#services/identity/model/reference.js'
import { prefixOf } from '#services/kernel/ids/ids.js'
import type { EntitlementsContext } from '../entitlements-context.js'
import { checkAll } from './checks.js'
import type { Check } from './decide-check.js'

/** A reference of an account. Any other text but an ID is the application's own ID of the user or customer. */
const REFERENCE = /^(?:person|team|community|customer):/

/**
 * Runs checks for the account of a targeting key of OpenFeature, with one batch. Without a key, the account is that of the caller. Returns a
 * refusal if no account is named, or if the caller cannot see it.
 */
export async function checkTarget(
  context: EntitlementsContext,
  targetingKey: unknown,
  questions: readonly Omit<CheckInput, 'accountId'>[],
): Promise<readonly Check[] | 'UNNAMED' | 'INVISIBLE'> {
  const { caller } = context
  const key = targetingKey ?? accountReference(caller, null)
  if (typeof key !== 'string' || key === '') return 'UNNAMED'
  if (key.length > MAX_REFERENCE) return 'INVISIBLE'
  const isNamed = REFERENCE.test(key) || prefixOf(key) === 'acc'
  const accountId = isNamed ? key : caller.kind === 'user' ? `person:${key}` : `${CUSTOMER_PREFIX}${key}`
  const checks = await checkAll(
    context,
    questions.map((question) => ({ ...question, accountId })),
  )
  const visible = checks.filter((check) => check !== null)
  return visible.length < checks.length ? 'INVISIBLE' : visible
}
