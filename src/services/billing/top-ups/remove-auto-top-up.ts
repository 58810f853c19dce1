import type { RemoveAutoTopUpArgs } from '#schema/billing/auto-top-up.type.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import { refused } from '#services/kernel/denials/denial.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied } from '#services/kernel/result/denied.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import type { AccountChanged, AccountOutcome } from '#services/identity/model/account-outcome.js'
import { requireAccount } from '#services/identity/model/guard.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import type { BillingContext } from '../model/billing-context.js'
import { endAutoTopUp } from './set-auto-top-up.js'

/** Ends the automatic top-up of a feature. A charge that was already sent to the provider is still completed. */
export async function removeAutoTopUp(context: BillingContext, input: RemoveAutoTopUpArgs): Promise<AccountOutcome> {
  const account = await requireAccount(context, input.accountId, 'billing:manage')
  const { feature } = input
  const actor = context.caller.principal
  return runIdempotent<AccountChanged>(context.database, {
    scope: idempotencyScope(context.caller, account.id, 'removeAutoTopUp', input.idempotencyKey),
    request: { feature },
    replay: () => Promise.resolve({ kind: 'changed', account }),
    execute: async (transaction) => {
      const at = context.clock.now()
      await lockAccount(transaction, account.id)
      const before = await endAutoTopUp(transaction, account.id, feature, at)
      if (!before)
        return denied(
          refused('INVALID_TRANSITION', 'The account has no automatic top-up of this feature.', { field: 'feature' }),
        )
      const name = context.catalog.current().features.get(feature)?.name ?? feature
      await recordAccountEvent(transaction, account.id, at, {
        type: 'auto_top_up.removed',
        outbox: true,
        summary: `The account removed the automatic top-up of ${name}.`,
        changesEntitlements: true,
        data: { feature, package: before.package, by: actor },
      })
      await recordChange(transaction, {
        accountId: account.id,
        actor,
        action: 'auto_top_up.removed',
        object: feature,
        details: { before, after: null },
      })
      return { value: { kind: 'changed', account }, reference: { __typename: 'Account', id: account.id } }
    },
  })
}
