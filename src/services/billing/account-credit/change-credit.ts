import type { CreditAdjustmentRow } from '../../../entities/billing/credit-adjustment.entity.js'
import type { DueRow } from '../../../entities/kernel/due.entity.js'
import type { Transaction } from '../../kernel/database/database.js'
import { scheduleDue } from '../../kernel/due/schedule-due.js'
import { newId } from '../../kernel/ids/ids.js'
import { toDecimal } from '../../kernel/money/money.js'
import { lockAccount, recordAccountEvent } from '../../identity/accounts/raise-version.js'
import { providerOf, type BillingContext } from '../billing-context.js'

/** The due kind of a change of the credit balance at the provider; its key is the adjustment's id. */
export const CREDIT_ADJUST = 'credit.adjust'

export type CreditAdjustment = Pick<
  CreditAdjustmentRow,
  'accountId' | 'provider' | 'cause' | 'amountMinor' | 'currency' | 'reason' | 'purchaseId'
>

/** Writes down a change of an account's credit at the provider; it is executed afterwards, once for its cause. */
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
  if (written > 0) await scheduleDue(transaction, { kind: CREDIT_ADJUST, key: id, accountId, dueAt: at })
}

/**
 * Executes a change of credit at the provider under the adjustment's id as key. Credit that the customer has spent is not taken back:
 * it would become a debt. The amount is stored before the provider is asked, so that a retry asks for the same.
 */
export async function adjustCredit(due: DueRow, context: BillingContext): Promise<void> {
  const [row] = await context.database.rows<CreditAdjustmentRow & { customerId: string | null }>(
    `select a.*, c.customer_id from credit_adjustment a
       left join billing_customer c on c.account_id = a.account_id and c.provider = a.provider
     where a.id = $1 and a.status = 'CREATING'`,
    [due.key],
  )
  if (!row) return
  const { id, currency, reason, customerId } = row
  const port = providerOf(context, row.provider)
  let { doneMinor } = row
  if (doneMinor === 0 && customerId) {
    const balance = await port.creditBalanceOf(customerId)
    const credit = balance?.currency === currency ? Math.max(0, balance.amountMinor) : 0
    doneMinor = row.amountMinor > 0 ? Math.min(row.amountMinor, credit) : row.amountMinor
    await context.database.run(`update credit_adjustment set done_minor = $2 where id = $1 and status = 'CREATING'`, [
      id,
      doneMinor,
    ])
  }
  if (doneMinor !== 0 && customerId)
    await port.changeCredit({ customerId, amountMinor: 0 - doneMinor, currency, reason, idempotencyKey: id })
  await context.database.transaction((transaction) => finish(context, transaction, row, doneMinor))
}

async function finish(
  context: BillingContext,
  transaction: Transaction,
  { id, accountId, purchaseId, currency, amountMinor }: CreditAdjustmentRow,
  doneMinor: number,
): Promise<void> {
  await lockAccount(transaction, accountId)
  const finished = await transaction.run(
    `update credit_adjustment set status = 'DONE' where id = $1 and status = 'CREATING'`,
    [id],
  )
  if (!finished) return
  if (doneMinor < amountMinor)
    context.log.error(
      { adjustment: id, account: accountId, doneMinor, amountMinor },
      'credit to be taken back is spent',
    )
  if (doneMinor === 0) return
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
        ? `Credit of ${money} was taken back: this money was refunded.`
        : `Credit of ${money} was added to the balance.`,
    data: { amountMinor: 0 - doneMinor, currency, purchaseId },
  })
}
