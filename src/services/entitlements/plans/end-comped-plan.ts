import type { CompPlanInput } from '#schema/entitlements/comped-plan.type.js'
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
import { COMPED, endPlan } from './assign-plan.js'
import { compedPlanOf } from './comped-plans-of-account.js'

/** Ends a complimentary plan before its end. */
export async function endCompedPlan(
  context: CatalogContext,
  input: Pick<CompPlanInput, 'accountId' | 'plan' | 'reason' | 'idempotencyKey'>,
): Promise<AccountOutcome> {
  const account = await requireAccount(context, input.accountId, 'account:read')
  const plan = context.catalog.current().planByCode.get(input.plan)
  const reason = input.reason.trim()
  const invalid = validateReason(reason)
  if (invalid) return denied(invalid)
  return runIdempotent<AccountChanged>(context.database, {
    scope: idempotencyScope(context.caller, account.id, 'endCompedPlan', input.idempotencyKey),
    request: { plan: input.plan, reason },
    replay: () => Promise.resolve({ kind: 'changed', account }),
    execute: async (transaction) => {
      const at = context.clock.now()
      await lockAccount(transaction, account.id)
      const before = plan ? await compedPlanOf(transaction, account.id, plan.group) : null
      if (!plan || before?.planId !== plan.id)
        return denied(
          refused('INVALID_TRANSITION', `The account has no complimentary plan '${input.plan}'.`, { field: 'plan' }),
        )
      await endPlan(transaction, { accountId: account.id, sourceType: COMPED, sourceId: plan.group }, at)
      await recordAccountEvent(transaction, account.id, at, {
        type: 'plan.comp_ended',
        outbox: true,
        summary: `An operator ended ${plan.name}, which was free of charge: ${reason}`,
        changesEntitlements: true,
        data: { plan: plan.code, reason, by: context.caller.principal },
      })
      await recordChange(transaction, {
        accountId: account.id,
        actor: context.caller.principal,
        action: 'plan.comp_ended',
        object: before.id,
        details: { before, after: null, reason },
      })
      return { value: { kind: 'changed', account }, reference: { __typename: 'Account', id: account.id } }
    },
  })
}
