import type { CreditAdjustmentRow } from '#entities/billing/credit-adjustment.entity.js'
import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { creditChanged } from '../book/project-credit.js'
import { providerOf, type BillingContext } from './billing-context.js'
import type { PaymentPort } from '../providers/port.js'

/** The due kind of a change of the credit balance at the provider; its key is the adjustment's id. */
export const CREDIT_ADJUST = 'credit.adjust'

/** Beginning of the cause of a removal of credit that ends with its account, followed by the purchase that it came from. */
export const FORFEITED = 'deleted:'

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
  const id = transaction.newId('crd')
  const at = context.clock.now()
  const { accountId, provider, cause, amountMinor, currency, reason, purchaseId } = adjustment
  const { numInsertedOrUpdatedRows } = await transaction.query
    .insertInto('credit_adjustment')
    .values({ id, accountId, provider, cause, amountMinor, currency, reason, purchaseId, createdAt: at })
    .onConflict((conflict) => conflict.constraint('credit_adjustment_cause').doNothing())
    .executeTakeFirstOrThrow()
  if (numInsertedOrUpdatedRows) await scheduleJob(transaction, { kind: CREDIT_ADJUST, key: id, accountId, runAt: at })
}

/**
 * Executes a change of credit at the provider under the adjustment's id as key. Does not revoke credit that the customer has spent, because
 * it would become a debt. Stores the amount once, before the call, so that every retry and every process sends the same amount.
 */
export async function adjustCredit(due: Pick<ScheduledJobRow, 'key'>, context: BillingContext): Promise<void> {
  const row = await context.database.query
    .selectFrom('credit_adjustment as a')
    .leftJoin('billing_customer as c', (join) =>
      join.onRef('c.accountId', '=', 'a.accountId').onRef('c.provider', '=', 'a.provider'),
    )
    .selectAll('a')
    .select('c.customerId')
    .where('a.id', '=', due.key)
    .where('a.status', '=', 'CREATING')
    .executeTakeFirst()
  if (!row) return
  const { currency, customerId } = row
  const port = providerOf(context, row.provider)
  // Credit can be revoked only after it is on the balance.
  if (row.amountMinor > 0) await giveEarlierCredit(context, row)
  let { doneMinor } = row
  if (doneMinor === 0 && customerId) {
    const balance = await port.creditBalanceOf(customerId)
    const credit = balance?.currency === currency ? Math.max(0, balance.amountMinor) : 0
    const made = await port.findCreditChange({ customerId, key: await keyOf(context, row) })
    const stored = await storeAmount(
      context,
      row,
      made === null ? (row.amountMinor > 0 ? Math.min(row.amountMinor, credit) : row.amountMinor) : 0 - made,
    )
    if (stored === null) return
    doneMinor = stored
  }
  if (doneMinor !== 0 && customerId) await change(context, port, { ...row, customerId }, doneMinor)
  const finished = await context.database.transaction((transaction) => finish(context, transaction, row, doneMinor))
  // Another process has stored an amount after this one found nothing to do.
  if (!finished) await adjustCredit(due, context)
}

/** An earlier call, or one that a restored backup does not contain, can have made the change: its key is noted at the provider. */
async function change(
  context: BillingContext,
  port: PaymentPort,
  row: CreditAdjustmentRow & { readonly customerId: string },
  doneMinor: number,
): Promise<void> {
  const { id, customerId, currency, reason } = row
  const key = await keyOf(context, row)
  if ((await port.findCreditChange({ customerId, key })) !== null) return
  await port.changeCredit({ customerId, amountMinor: 0 - doneMinor, currency, reason, key, idempotencyKey: id })
}

/** The cause, with the payment or invoice in place of our purchase, whose ID is another one when it is recorded again. */
async function keyOf(
  { database }: BillingContext,
  { accountId, cause }: Pick<CreditAdjustmentRow, 'accountId' | 'cause'>,
): Promise<string> {
  const purchaseId = cause.split(':').find((part) => part.startsWith('pur_'))
  const purchase = purchaseId
    ? await database.query
        .selectFrom('purchase')
        .select(['paymentId', 'invoiceId'])
        .where('id', '=', purchaseId)
        .where('accountId', '=', accountId)
        .executeTakeFirst()
    : undefined
  return purchaseId ? cause.replace(purchaseId, purchase?.paymentId ?? purchase?.invoiceId ?? purchaseId) : cause
}

/** Stores the amount unless another process has stored one. Returns the stored amount; null if the adjustment is done. */
async function storeAmount(
  { database }: BillingContext,
  { id, accountId }: Pick<CreditAdjustmentRow, 'id' | 'accountId'>,
  amountMinor: number,
): Promise<number | null> {
  const row = await database.query
    .updateTable('credit_adjustment')
    .set((eb) => ({
      doneMinor: eb.case().when('doneMinor', '=', 0).then(amountMinor).else(eb.ref('doneMinor')).end(),
    }))
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .where('status', '=', 'CREATING')
    .returning('doneMinor')
    .executeTakeFirst()
  return row?.doneMinor ?? null
}

async function giveEarlierCredit(
  context: BillingContext,
  { accountId, provider, recordedAt }: CreditAdjustmentRow,
): Promise<void> {
  const earlier = await context.database.query
    .selectFrom('credit_adjustment')
    .select('id as key')
    .where('accountId', '=', accountId)
    .where('provider', '=', provider)
    .where('status', '=', 'CREATING')
    .where('amountMinor', '<', 0)
    .where('recordedAt', '<=', recordedAt)
    .orderBy('recordedAt')
    .orderBy('id')
    .execute()
  for (const adjustment of earlier) await adjustCredit(adjustment, context)
}

/** Executes the adjustment of a cause now, if there is one; otherwise it is executed when it is due. */
export async function adjustCreditNow(context: BillingContext, accountId: string, cause: string): Promise<void> {
  const adjustment = await context.database.query
    .selectFrom('credit_adjustment')
    .select('id as key')
    .where('accountId', '=', accountId)
    .where('cause', '=', cause)
    .where('status', '=', 'CREATING')
    .executeTakeFirst()
  if (adjustment) await adjustCredit(adjustment, context)
}

/** Marks the adjustment as done. Returns false if another process has done that, or has stored another amount. */
async function finish(
  context: BillingContext,
  transaction: Transaction,
  { id, accountId, purchaseId, currency, amountMinor, cause }: CreditAdjustmentRow,
  doneMinor: number,
): Promise<boolean> {
  await lockAccount(transaction, accountId)
  const { numUpdatedRows } = await transaction.query
    .updateTable('credit_adjustment')
    .set({ status: 'DONE' })
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .where('status', '=', 'CREATING')
    .where('doneMinor', '=', doneMinor)
    .executeTakeFirstOrThrow()
  if (numUpdatedRows === 0n) return false
  if (doneMinor < amountMinor)
    context.log.error(
      { adjustment: id, account: accountId, doneMinor, amountMinor },
      'credit to be reversed is already spent',
    )
  if (doneMinor === 0) return true
  if (purchaseId)
    await transaction.query
      .updateTable('purchase')
      .set((eb) => ({ creditedMinor: eb('creditedMinor', '-', Math.max(0, doneMinor)) }))
      .where('id', '=', purchaseId)
      .where('accountId', '=', accountId)
      .execute()
  const because = `because ${cause.startsWith(FORFEITED) ? 'the account was deleted' : 'the payment was refunded'}`
  await recordAccountEvent(
    transaction,
    accountId,
    context.clock.now(),
    creditChanged({ currency, doneMinor, purchaseId }, because),
  )
  return true
}
