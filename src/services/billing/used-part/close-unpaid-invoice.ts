import type { OverageLine } from '#entities/billing/usage-report.entity.js'

import { lockAccount } from '#services/identity/accounts/account-version.js'
import { describeLine } from '../model/collect-overage.js'
import { chargesOfInvoice, writeClaim } from '../model/usage-claims.js'
import type { BillingContext } from '../model/billing-context.js'
import type { PaymentPort } from '../providers/port.js'
import type { FetchedInvoice } from '../providers/payments-port.js'
import { sumOf } from './decide-used-part.js'
import { usedPartOf, type EndedSubscription } from './used-part-of.js'

/**
 * Voids the unpaid invoice of a period that has ended, and claims the used part of the period and the use beyond the allowance of the period
 * before it by invoices of the server. The claims are written first, so that an interruption cannot lose them. Repeated calls have no effect.
 */
export async function closeUnpaidInvoice(
  context: BillingContext,
  port: PaymentPort,
  subscription: EndedSubscription,
  invoice: FetchedInvoice,
): Promise<void> {
  if (port.invoicing) {
    await claimUsedPart(context, subscription, invoice)
    await claimOverage(context, subscription, invoice)
  }
  await port.voidInvoice(invoice.externalId)
}

/** Use beyond the allowance that the invoice charges has been used, whatever becomes of the invoice. */
async function claimOverage(
  context: BillingContext,
  { accountId, provider }: EndedSubscription,
  { externalId }: FetchedInvoice,
): Promise<void> {
  const { features } = context.catalog.current()
  await context.database.transaction(async (transaction) => {
    await lockAccount(transaction, accountId)
    const charged = await chargesOfInvoice(transaction, { accountId, provider, invoiceId: externalId })
    for (const { id, feature, amount, lines, at } of charged)
      await writeClaim(transaction, {
        accountId,
        provider,
        feature: `${feature} closed ${id}`,
        amount,
        lines: lines!.map((line) => ({
          ...line,
          description: line.description ?? describeLine(features, line),
        })),
        at,
      })
  })
}

async function claimUsedPart(
  context: BillingContext,
  subscription: EndedSubscription,
  invoice: FetchedInvoice,
): Promise<void> {
  const { accountId, provider } = subscription
  const used = await usedPartOf(context, subscription, invoice)
  if (used.length === 0) return
  const { currency } = invoice.total
  const lines = used.map(({ plan, units, usedMinor, description, periodStart, periodEnd }): OverageLine => ({
    plan,
    currency,
    units,
    amountMinor: usedMinor,
    description,
    windowStart: periodStart.toISOString(),
    windowEnd: periodEnd.toISOString(),
  }))
  await context.database.transaction(async (transaction) => {
    await lockAccount(transaction, accountId)
    await writeClaim(transaction, {
      accountId,
      provider,
      feature: `${lines[0]!.plan} period ${invoice.externalId}`,
      amount: sumOf(used),
      lines,
      at: context.clock.now(),
    })
  })
}
