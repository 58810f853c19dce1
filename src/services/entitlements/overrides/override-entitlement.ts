import { numberText } from '#services/kernel/text/readable.js'
import type { OverrideEntitlementInput } from '#schema/entitlements/override-entitlement.type.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied } from '#services/kernel/result/denied.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import type { AccountChanged, AccountOutcome } from '#services/identity/model/account-outcome.js'
import { requireAccount } from '#services/identity/model/guard.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import { allProblems } from '../model/all-problems.js'
import { MAX_AMOUNT } from '../model/max-amount.js'
import { unknownFeature, validateAmount } from '../model/usage-denials.js'
import { validateReason } from '#services/kernel/denials/validate-reason.js'
import { liveOverride, setOverride, type NewOverride } from './write-override.js'

/** Gives an account more of a feature, with a reason and perhaps an end; it takes the place of the feature's earlier override. */
export async function overrideEntitlement(
  context: CatalogContext,
  request: OverrideEntitlementInput,
): Promise<AccountOutcome> {
  const account = await requireAccount(context, request.accountId, 'account:read')
  const feature = context.catalog.current().features.get(request.feature)
  const at = context.clock.now()
  const denial = feature
    ? validateOverride(feature, request, at)
    : allProblems(unknownFeature(context.catalog.current(), request.feature), validateReason(request.reason.trim()))
  if (denial) return denied(denial)

  const { feature: code, amount = null, expiresAt: until = null, reason } = request
  const terms = { feature: code, amount, unlimited: request.unlimited ?? false, until, reason: reason.trim() }
  return runIdempotent<AccountChanged>(context.database, {
    scope: idempotencyScope(context.caller, account.id, 'overrideEntitlement', request.idempotencyKey),
    request: terms,
    replay: () => Promise.resolve({ kind: 'changed', account }),
    execute: async (transaction) => {
      await lockAccount(transaction, account.id)
      const before = await liveOverride(transaction, account.id, code)
      const id = await setOverride(
        transaction,
        { accountId: account.id, ...terms, setBy: context.caller.principal },
        at,
      )
      await recordAccountEvent(transaction, account.id, at, {
        type: 'override.set',
        outbox: true,
        summary: summaryOf(feature!, terms),
        changesEntitlements: true,
        data: { id, ...terms, by: context.caller.principal },
      })
      await recordChange(transaction, {
        accountId: account.id,
        actor: context.caller.principal,
        action: 'override.set',
        object: id,
        details: { before, after: terms },
      })
      return { value: { kind: 'changed', account }, reference: { __typename: 'Account', id: account.id } }
    },
  })
}

function summaryOf(
  { name }: FeatureDefinition,
  { amount, unlimited, reason }: Pick<NewOverride, 'amount' | 'unlimited' | 'reason'>,
): string {
  const granted = unlimited ? 'unlimited ' : amount === null ? '' : `${numberText(amount)} `
  return `An operator granted ${granted}${name}: ${reason}`
}

/** Pure: denial with every problem of an override. Null if it is valid. */
export function validateOverride(
  feature: FeatureDefinition,
  request: Omit<OverrideEntitlementInput, 'idempotencyKey'>,
  now: Date,
): Refused | null {
  const { expiresAt: until = null } = request
  return allProblems(
    validateOverrideAmount(feature, request),
    until !== null && until <= now
      ? refused('INVALID_PARAMETERS', 'expiresAt must be in the future.', { field: 'expiresAt' })
      : null,
    validateReason(request.reason.trim()),
  )
}

function validateOverrideAmount(
  { kind, name }: FeatureDefinition,
  { amount = null, unlimited = false }: Pick<OverrideEntitlementInput, 'amount' | 'unlimited'>,
): Refused | null {
  const isCounted = kind !== 'BOOLEAN'
  // Maximum of every amount: with more, the sum of a feature's sources could exceed exact integers.
  if (isCounted && !unlimited && (amount === null || validateAmount(amount)))
    return refused('INVALID_AMOUNT', `Set either amount (1 to ${MAX_AMOUNT}) or unlimited.`, { field: 'amount' })
  if (amount !== null && (unlimited || !isCounted))
    return refused('INVALID_AMOUNT', `${name} has no amount${unlimited ? ' when it is unlimited' : ''}.`, {
      field: 'amount',
    })
  return null
}
