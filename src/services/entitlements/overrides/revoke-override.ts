import type { OverrideEntitlementInput } from '#schema/entitlements/override-entitlement.type.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import { refused } from '#services/kernel/denials/denial.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied } from '#services/kernel/result/denied.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import type { AccountChanged, AccountOutcome } from '#services/identity/model/account-outcome.js'
import { requireAccount } from '#services/identity/model/guard.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import { validateReason } from '#services/kernel/denials/validate-reason.js'
import { endOverride, liveOverride } from './write-override.js'

/** Ends an override before its expiry. */
export async function revokeOverride(
  context: CatalogContext,
  request: Pick<OverrideEntitlementInput, 'accountId' | 'feature' | 'reason' | 'idempotencyKey'>,
): Promise<AccountOutcome> {
  const account = await requireAccount(context, request.accountId, 'account:read')
  const { feature } = request
  const reason = request.reason.trim()
  const denial = validateReason(reason)
  if (denial) return denied(denial)
  return runIdempotent<AccountChanged>(context.database, {
    scope: idempotencyScope(context.caller, account.id, 'revokeOverride', request.idempotencyKey),
    request: { feature, reason },
    replay: () => Promise.resolve({ kind: 'changed', account }),
    execute: async (transaction) => {
      const at = context.clock.now()
      await lockAccount(transaction, account.id)
      const before = await liveOverride(transaction, account.id, feature)
      if (!(await endOverride(transaction, { accountId: account.id, feature }, at)))
        return denied(
          refused('INVALID_TRANSITION', `The account has no override of '${feature}'.`, { field: 'feature' }),
        )
      await recordAccountEvent(transaction, account.id, at, {
        type: 'override.ended',
        outbox: true,
        summary: `An operator removed an override of ${feature}: ${reason}`,
        changesEntitlements: true,
        data: { feature, reason, by: context.caller.principal },
      })
      await recordChange(transaction, {
        accountId: account.id,
        actor: context.caller.principal,
        action: 'override.ended',
        object: feature,
        details: { before, after: null, reason },
      })
      return { value: { kind: 'changed', account }, reference: { __typename: 'Account', id: account.id } }
    },
  })
}
