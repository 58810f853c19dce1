import type { RemoveSpendCapArgs } from '#schema/entitlements/spend-cap.type.js'
import { refused } from '#services/kernel/denials/denial.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied } from '#services/kernel/result/denied.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import type { AccountChanged, AccountOutcome } from '#services/identity/model/account-outcome.js'
import { requireAccount, requireOperator, requireSignedIn } from '#services/identity/model/guard.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import { capsByIds, endCaps } from './cap-rows.js'
import { ofUser } from './cap-terms.js'
import { recordCapChange } from './set-spend-cap.js'

/** Ends a cap. An account cannot end a cap of an operator. */
export async function removeSpendCap(context: CatalogContext, input: RemoveSpendCapArgs): Promise<AccountOutcome> {
  requireSignedIn(context)
  const [cap] = await capsByIds(context.database, [input.id])
  if (!cap) throw new AppError('NOT_FOUND', MISSING)
  const { id, accountId, feature, period, setByOperator, userId, subAccountId } = cap
  const account = await requireAccount(context, accountId, setByOperator ? 'account:read' : 'billing:manage', MISSING)
  if (setByOperator) requireOperator(context, 'ops:write')
  return runIdempotent<AccountChanged>(context.database, {
    scope: idempotencyScope(context.caller, accountId, 'removeSpendCap', input.idempotencyKey),
    request: { id },
    replay: () => Promise.resolve({ kind: 'changed', account }),
    execute: async (transaction) => {
      const at = context.clock.now()
      await lockAccount(transaction, accountId)
      const [before] = await capsByIds(transaction, [id])
      if (!before || before.endedAt) return denied(refused('INVALID_TRANSITION', 'The cap has ended.', { field: 'id' }))
      await endCaps(transaction, { accountId, id }, at)
      await recordCapChange(transaction, accountId, at, {
        cap: { id, feature, period, setByOperator, userId, subAccountId },
        before,
        after: null,
        by: context.caller.principal,
        summary: `${setByOperator ? 'An operator' : 'The account'} removed a cap of ${feature}${ofUser(cap)}.`,
      })
      return { value: { kind: 'changed', account }, reference: { __typename: 'Account', id: accountId } }
    },
  })
}

const MISSING = 'Spend cap not found.'
