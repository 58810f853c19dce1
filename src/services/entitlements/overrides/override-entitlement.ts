import type { AccountRow } from '#entities/identity/account.entity.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { denied, type Denied } from '#services/kernel/idempotency/idempotent-mutation.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { requireAccount, requireOperator } from '#services/identity/guard/guard.js'
import { MAX_AMOUNT } from '../usage/usage-operation.js'
import { validateAmount } from '../usage/usage-denials.js'
import { validateReason } from './validate-reason.js'
import { liveOverride, setOverride } from './write-override.js'

/** An operator's grant in addition to the plan. */
export interface OverrideRequest {
  readonly accountId: string
  readonly feature: string
  /** Additional amount. Default: none, for a boolean feature and for `unlimited`. */
  readonly amount?: number | null
  readonly unlimited?: boolean | null
  /** Business clock. Default: no end. */
  readonly until?: Date | null
  readonly reason: string
}

export type OverrideOutcome = { readonly kind: 'changed'; readonly account: AccountRow } | Denied

/** Gives an account more of a feature, with a reason and perhaps an end; it takes the place of the feature's earlier override. */
export async function overrideEntitlement(context: CatalogContext, request: OverrideRequest): Promise<OverrideOutcome> {
  requireOperator(context, 'ops:write')
  const account = await requireAccount(context, request.accountId, 'account:read')
  const feature = context.catalog.current().features.get(request.feature)
  const at = context.clock.now()
  const denial = feature ? validateOverride(feature, request, at) : unknownFeature(request.feature)
  if (denial) return denied(denial)

  const { feature: code, amount = null, until = null, reason } = request
  const terms = { feature: code, amount, unlimited: request.unlimited ?? false, until, reason: reason.trim() }
  await context.database.transaction(async (transaction) => {
    await lockAccount(transaction, account.id)
    const before = await liveOverride(transaction, account.id, code)
    const id = await setOverride(transaction, { accountId: account.id, ...terms, setBy: context.caller.principal }, at)
    await recordAccountEvent(transaction, account.id, at, {
      type: 'override.set',
      outbox: true,
      summary:
        `An operator granted ${terms.unlimited ? 'unlimited' : (amount ?? '')} ${feature!.name}: ${terms.reason}`.replace(
          '  ',
          ' ',
        ),
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
  })
  return { kind: 'changed', account }
}

/** Pure: what is wrong with an override. */
export function validateOverride(feature: FeatureDefinition, request: OverrideRequest, now: Date): Refused | null {
  const { amount = null, unlimited = false, until = null } = request
  const isCounted = feature.kind !== 'BOOLEAN'
  // Maximum of every amount: with more, the sum of a feature's sources could exceed exact integers.
  if (isCounted && !unlimited && (amount === null || validateAmount(amount)))
    return refused('INVALID_AMOUNT', `Set either amount (1 to ${MAX_AMOUNT}) or unlimited.`, {
      field: 'amount',
    })
  if (amount !== null && (unlimited || !isCounted))
    return refused('INVALID_AMOUNT', `${feature.name} has no amount${unlimited ? ' when it is unlimited' : ''}.`, {
      field: 'amount',
    })
  if (until !== null && until <= now)
    return refused('INVALID_PARAMETERS', 'until must be in the future.', { field: 'until' })
  return validateReason(request.reason.trim())
}

const unknownFeature = (code: string): Refused =>
  refused('FEATURE_NOT_INCLUDED', `Feature '${code}' not found.`, { field: 'feature' })
