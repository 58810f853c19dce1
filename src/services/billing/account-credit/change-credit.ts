import type { CreditAdjustmentRow } from '#entities/billing/credit-adjustment.entity.js'
import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { newId } from '#services/kernel/ids/ids.js'
import { toDecimal } from '#services/kernel/money/money.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { providerOf, type BillingContext } from '../billing-context.js'

/** The due kind of a change of the credit balance at the provider; its key is the adjustment's id. */
export const CREDIT_ADJUST = 'credit.adjust'

export type CreditAdjustment = Pick<
  CreditAdjustmentRow,
  'accountId' | 'provider' | 'cause' | 'amountMinor' | 'currency' | 'reason' | 'purchaseId'
>

/** Records a change of an account's credit at the provider. A due row executes it once for its cause. */
export async function changeCreditLater(
  context: BillingContext,
  transaction: Transaction,
  adjustment: CreditAdjustment,
): Promise<void> {
  const id = newId('crd')
  const at = context.clock.now()
  const { accountId, provider, cause, amountMinor, currency, reason, purchaseId } = adjustment
  const written = await transaction.run(
    `insert into credit_adjustment (id, account_id, provider, cause, amount_minor, currency, reason, purchase_id, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict on constraint credit_adjustment_cause do nothing`,
    [id, accountId, provider, cause, amountMinor, currency, reason, purchaseId, at],
  )
  if (written > 0) await scheduleJob(transaction, { kind: CREDIT_ADJUST, key: id, accountId, runAt: at })
}

/**
 * Executes a change of credit at the provider under the adjustment's id as key. Does not revoke credit that the customer has spent, because
 * it would become a debt. Stores the amount once, before the call, so that every retry and every process sends the same amount.
 */
export async function adjustCredit(due: Pick<ScheduledJobRow, 'key'>, context: BillingContext): Promise<void> {
  const [row] = await context.database.rows<CreditAdjustmentRow & { customerId: string | null }>(
    `select a.*, c.customer_id from credit_adjustment a
       left join billing_customer c on c.account_id = a.account_id and c.provider = a.provider
     where a.id = $1 and a.status = 'CREATING'`,
    [due.key],
  )
  if (!row) return
  const { id, currency, reason, customerId } = row
  const port = providerOf(context, row.provider)
  // Credit can be revoked only after it is on the balance.
  if (row.amountMinor > 0) await giveEarlierCredit(context, row)
  let { doneMinor } = row
  if (doneMinor === 0 && customerId) {
    const balance = await port.creditBalanceOf(customerId)
    const credit = balance?.currency === currency ? Math.max(0, balance.amountMinor) : 0
    const stored = await storeAmount(
      context,
      id,
      row.amountMinor > 0 ? Math.min(row.amountMinor, credit) : row.amountMinor,
    )
    if (stored === null) return
    doneMinor = stored
  }
  if (doneMinor !== 0 && customerId)
    await port.changeCredit({ customerId, amountMinor: 0 - doneMinor, currency, reason, idempotencyKey: id })
  const finished = await context.database.transaction((transaction) => finish(context, transaction, row, doneMinor))
  // Another process has stored an amount after this one found nothing to do.
  if (!finished) await adjustCredit(due, context)
}

/** Stores the amount unless another process has stored one. Returns the stored amount; null if the adjustment is done. */
async function storeAmount({ database }: BillingContext, id: string, amountMinor: number): Promise<number | null> {
  const row = await database.row<{ doneMinor: number }>(
    `update credit_adjustment set done_minor = case when done_minor = 0 then $2::bigint else done_minor end
     where id = $1 and status = 'CREATING' returning done_minor`,
    [id, amountMinor],
  )
  return row?.doneMinor ?? null
}

async function giveEarlierCredit(
  context: BillingContext,
  { accountId, provider, recordedAt }: CreditAdjustmentRow,
): Promise<void> {
  const earlier = await context.database.rows<{ key: string }>(
    `select id as key from credit_adjustment where account_id = $1 and provider = $2 and status = 'CREATING' and amount_minor < 0
       and recorded_at <= $3 order by recorded_at, id`,
    [accountId, provider, recordedAt],
  )
  for (const adjustment of earlier) await adjustCredit(adjustment, context)
}

/** Executes the adjustment of a cause now, if there is one; otherwise it is executed when it is due. */
export async function adjustCreditNow(context: BillingContext, cause: string): Promise<void> {
  const adjustment = await context.database.row<{ key: string }>(
    `select id as key from credit_adjustment where cause = $1 and status = 'CREATING'`,
    [cause],
  )
  if (adjustment) await adjustCredit(adjustment, context)
}

/** Marks the adjustment as done. Returns false if another process has done that, or has stored another amount. */
async function finish(
  context: BillingContext,
  transaction: Transaction,
  { id, accountId, purchaseId, currency, amountMinor }: CreditAdjustmentRow,
  doneMinor: number,
): Promise<boolean> {
  await lockAccount(transaction, accountId)
  const finished = await transaction.run(
    `update credit_adjustment set status = 'DONE' where id = $1 and status = 'CREATING' and done_minor = $2`,
    [id, doneMinor],
  )
  if (!finished) return false
  if (doneMinor < amountMinor)
    context.log.error(
      { adjustment: id, account: accountId, doneMinor, amountMinor },
      'credit to be reversed is already spent',
    )
  if (doneMinor === 0) return true
  if (purchaseId)
    await transaction.run(`update purchase set credited_minor = credited_minor - $2 where id = $1`, [
      purchaseId,
      Math.max(0, doneMinor),
    ])
  const money = `${toDecimal({ amountMinor: Math.abs(doneMinor), currency })} ${currency}`
  await recordAccountEvent(transaction, accountId, context.clock.now(), {
    type: 'credit_balance.changed',
    outbox: true,
    summary:
      doneMinor > 0
        ? `Credit of ${money} was removed because the payment was refunded.`
        : `Credit of ${money} was added to the balance.`,
    data: { amountMinor: 0 - doneMinor, currency, purchaseId },
  })
  return true
}
