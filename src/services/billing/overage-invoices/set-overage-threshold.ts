import type { SetOverageThresholdArgs } from '#schema/billing/open-charge.type.js'
import { currencyDenial } from '#services/entitlements/model/currency-of-use.js'
import { loadSnapshot } from '#services/entitlements/snapshot/load-snapshot.js'
import { OVERAGE_INVOICE } from '#services/entitlements/model/overage-threshold.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { validateReason } from '#services/kernel/denials/validate-reason.js'
import type { AccountOutcome } from '#services/identity/model/account-outcome.js'
import { requireAccount } from '#services/identity/model/guard.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import { jsonb } from '#services/kernel/database/query-builder.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { validateCharge } from '#services/kernel/money/charge-rules.js'
import type { Money } from '#services/kernel/money/money.js'
import { denied } from '#services/kernel/result/denied.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { moneyText } from '#services/kernel/text/readable.js'
import type { BillingContext } from '../model/billing-context.js'

/**
 * Sets the cost at which use of an account beyond its allowances is invoiced, in place of that of its plan. Use that has reached it already is
 * invoiced at once. The present value has no effect.
 */
export async function setOverageThreshold(
  context: BillingContext,
  { accountId, threshold: money = null, reason }: SetOverageThresholdArgs,
): Promise<AccountOutcome> {
  const account = await requireAccount(context, accountId, 'account:read')
  const denial = validateReason(reason) ?? (money && validateThreshold(context, money))
  if (denial) return denied(denial)
  const at = context.clock.now()
  const wrongCurrency = await context.database.transaction(async (transaction) => {
    await lockAccount(transaction, account.id)
    const snapshot = (await loadSnapshot(transaction, context.catalog.current(), account.id, at))!
    const currencyFault =
      money && currencyDenial(context.catalog.current(), snapshot, money.currency, 'threshold.currency')
    if (currencyFault) return currencyFault
    const { overageThreshold: before } = await transaction.query
      .selectFrom('account')
      .select('overageThreshold')
      .where('id', '=', account.id)
      .executeTakeFirstOrThrow()
    if (isSame(before?.money ?? null, money)) return null
    await transaction.query
      .updateTable('account')
      .set({ overageThreshold: jsonb({ money, since: at.toISOString() }) })
      .where('id', '=', account.id)
      .execute()
    const by = context.caller.principal
    await recordAccountEvent(transaction, account.id, at, {
      type: 'overage.threshold_set',
      summary: `An operator has use beyond the allowance invoiced at ${money ? moneyText(money) : 'the amount of the plan'}.`,
      changesEntitlements: true,
      data: { amountMinor: money?.amountMinor ?? null, currency: money?.currency ?? null, by },
    })
    await recordChange(transaction, {
      accountId: account.id,
      actor: by,
      action: 'overage.threshold_set',
      object: account.id,
      details: { before: before?.money ?? null, after: money, reason },
    })
    await scheduleJob(transaction, { kind: OVERAGE_INVOICE, key: account.id, accountId: account.id, runAt: at })
    return null
  })
  if (wrongCurrency) return denied(wrongCurrency)
  return { kind: 'changed', account }
}

const isSame = (left: Money | null, right: Money | null): boolean =>
  left?.amountMinor === right?.amountMinor && left?.currency === right?.currency

function validateThreshold({ catalog }: BillingContext, { amountMinor, currency }: Money): Refused | null {
  if (!catalog.current().hasOverage)
    return refused('NO_OVERAGE_PRICE', 'No plan has a price for use beyond its allowance.', { field: 'threshold' })
  const fault = amountMinor > 0 ? validateCharge({ amountMinor, currency }) : 'expected an amount above zero'
  return fault === null
    ? null
    : refused('INVALID_AMOUNT', `The threshold cannot be charged: ${fault}.`, { field: 'threshold.amountMinor' })
}
