import { currencyDenial } from '#services/entitlements/model/currency-of-use.js'
import { loadSnapshot } from '#services/entitlements/snapshot/load-snapshot.js'
import { OVERAGE_INVOICE } from '#services/entitlements/model/overage-threshold.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { jsonb } from '#services/kernel/database/query-builder.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { validateCharge } from '#services/kernel/money/charge-rules.js'
import type { Money } from '#services/kernel/money/money.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { moneyText } from '#services/kernel/text/readable.js'
import type { BillingContext } from '../model/billing-context.js'

/**
 * Sets the cost at which use of an account beyond its allowances is invoiced, in place of that of its plan. Use that has reached it already is
 * invoiced at once. The present value has no effect.
 */
export async function changeThreshold(
  context: BillingContext,
  accountId: string,
  money: Money | null,
  reason: string,
): Promise<Refused | null> {
  const at = context.clock.now()
  return context.database.transaction(async (transaction) => {
    await lockAccount(transaction, accountId)
    const wrongCurrency = money && (await currencyFault(context, transaction, accountId, money))
    if (wrongCurrency) return wrongCurrency
    const { overageThreshold: before } = await transaction.query
      .selectFrom('account')
      .select('overageThreshold')
      .where('id', '=', accountId)
      .executeTakeFirstOrThrow()
    if (isSame(before?.money ?? null, money)) return null
    await transaction.query
      .updateTable('account')
      .set({ overageThreshold: jsonb({ money, since: at.toISOString() }) })
      .where('id', '=', accountId)
      .execute()
    const by = context.caller.principal
    await recordAccountEvent(transaction, accountId, at, {
      type: 'overage.threshold_set',
      summary: `An operator has use beyond the allowance invoiced at ${money ? moneyText(money) : 'the amount of the plan'}.`,
      changesEntitlements: true,
      data: { amountMinor: money?.amountMinor ?? null, currency: money?.currency ?? null, by },
    })
    await recordChange(transaction, {
      accountId,
      actor: by,
      action: 'overage.threshold_set',
      object: accountId,
      details: { before: before?.money ?? null, after: money, reason },
    })
    await scheduleJob(transaction, { kind: OVERAGE_INVOICE, key: accountId, accountId, runAt: at })
    return null
  })
}

/** Denial of a threshold in another currency than that of the account's use. Null if there is none. */
export const checkThresholdCurrency = (
  context: BillingContext,
  accountId: string,
  money: Money,
): Promise<Refused | null> =>
  context.database.transaction((transaction) => currencyFault(context, transaction, accountId, money))

async function currencyFault(
  { catalog, clock }: BillingContext,
  transaction: Transaction,
  accountId: string,
  { currency }: Money,
): Promise<Refused | null> {
  const snapshot = (await loadSnapshot(transaction, catalog.current(), accountId, clock.now()))!
  return currencyDenial(catalog.current(), snapshot, currency, 'overageThreshold.currency')
}

const isSame = (left: Money | null, right: Money | null): boolean =>
  left?.amountMinor === right?.amountMinor && left?.currency === right?.currency

/** Pure: denial of a cost that cannot be charged. Null if it can. */
export function validateThreshold({ catalog }: BillingContext, { amountMinor, currency }: Money): Refused | null {
  if (!catalog.current().hasOverage)
    return refused('NO_OVERAGE_PRICE', 'No plan has a price for use beyond its allowance.', {
      field: 'overageThreshold',
    })
  const fault = amountMinor > 0 ? validateCharge({ amountMinor, currency }) : 'expected an amount above zero'
  return fault === null
    ? null
    : refused('INVALID_AMOUNT', `The threshold cannot be charged: ${fault}.`, {
        field: 'overageThreshold.amountMinor',
      })
}
