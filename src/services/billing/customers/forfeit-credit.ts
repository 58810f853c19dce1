import { lockAccount } from '#services/identity/accounts/account-version.js'
import type { BillingContext } from '../model/billing-context.js'
import type { PaymentPort } from '../providers/port.js'
import { adjustCreditNow, changeCreditLater, FORFEITED } from '../model/change-credit.js'

/**
 * Removes the credit of a customer that will be deleted at its provider, from the purchases that it came from, newest first: it was not
 * returned to the payer, so a later chargeback takes that money for the first time. Repeated calls have no effect.
 */
export async function forfeitCredit(
  context: BillingContext,
  port: PaymentPort,
  { accountId, customerId }: { readonly accountId: string; readonly customerId: string },
): Promise<void> {
  const { provider } = port
  const balance = await port.creditBalanceOf(customerId)
  if (!balance || balance.amountMinor <= 0) return
  const { currency } = balance
  const causes = await context.database.transaction(async (transaction) => {
    await lockAccount(transaction, accountId)
    const purchases = await transaction.query
      .selectFrom('purchase')
      .select(['id', 'creditedMinor'])
      .where('accountId', '=', accountId)
      .where('provider', '=', provider)
      .where('currency', '=', currency)
      .where('creditedMinor', '>', 0)
      .orderBy('purchasedAt', 'desc')
      .orderBy('id', 'desc')
      .execute()
    let left = balance.amountMinor
    const adjusted: string[] = []
    for (const { id: purchaseId, creditedMinor } of purchases) {
      const amountMinor = Math.min(left, creditedMinor)
      if (amountMinor === 0) break
      left -= amountMinor
      const cause = `${FORFEITED}${purchaseId}`
      const reason = 'The account was deleted.'
      await changeCreditLater(context, transaction, {
        accountId,
        provider,
        cause,
        amountMinor,
        currency,
        reason,
        purchaseId,
      })
      adjusted.push(cause)
    }
    return adjusted
  })
  for (const cause of causes) await adjustCreditNow(context, accountId, cause)
}
