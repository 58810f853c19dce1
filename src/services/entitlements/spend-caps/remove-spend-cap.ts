import { recordChange } from '#services/kernel/audit/audit.js'
import { refused } from '#services/kernel/denials/denial.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied } from '#services/kernel/result/denied.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import { endCap } from './cap-rows.js'
import { capEvents, ofMember } from './cap-member.js'
import { shownLimit } from './cap-terms.js'
import {
  authorizeSpendCap,
  setterOf,
  type SpendCapChanged,
  type SpendCapOutcome,
  type SpendCapScope,
} from './set-spend-cap.js'

export interface RemoveSpendCap extends SpendCapScope {
  /** True for the cap in money. Default: the cap in units. */
  readonly inMoney?: boolean | null
  readonly idempotencyKey: string
}

/** Ends a cap. An account cannot end a cap of an operator. */
export async function removeSpendCap(context: CatalogContext, input: RemoveSpendCap): Promise<SpendCapOutcome> {
  const account = await authorizeSpendCap(context, input)
  const { feature, period } = input
  const isMoney = input.inMoney ?? false
  const setter = setterOf(input)
  const userId = input.userId ?? null
  const events = capEvents({ isMoney, userId })
  return runIdempotent<SpendCapChanged>(context.database, {
    scope: idempotencyScope(context.caller, account.id, 'removeSpendCap', input.idempotencyKey),
    request: { feature, period, setter, ...(isMoney ? { inMoney: true } : {}), ...ofMember(userId) },
    replay: () => Promise.resolve({ kind: 'changed', account }),
    execute: async (transaction) => {
      const at = context.clock.now()
      await lockAccount(transaction, account.id)
      const before = await endCap(transaction, { accountId: account.id, feature, period, setter, isMoney, userId }, at)
      if (!before) return denied(refused('INVALID_TRANSITION', 'The account has no such cap.', { field: 'feature' }))
      await recordAccountEvent(transaction, account.id, at, {
        type: `${events}.removed` as const,
        outbox: true,
        summary: `${setter === 'OPERATOR' ? 'An operator' : 'The account'} removed a cap of ${feature}${userId === null ? '' : ` for member ${userId}`}.`,
        changesEntitlements: true,
        data: { feature, period, setter, ...ofMember(userId), by: context.caller.principal },
      })
      await recordChange(transaction, {
        accountId: account.id,
        actor: context.caller.principal,
        action: `${events}.removed` as const,
        object: feature,
        details: { before: { ...shownLimit(before), alertPercents: before.alertPercents }, after: null },
      })
      return { value: { kind: 'changed', account }, reference: { __typename: 'Account', id: account.id } }
    },
  })
}
