import { jsonb } from '#services/kernel/database/query-builder.js'
import type { OverageLine } from '#entities/billing/usage-report.entity.js'

import { lockAccount } from '#services/identity/accounts/account-version.js'
import { describeLine } from '../model/collect-overage.js'
import { featureOfWatermark } from '../model/overage-watermarks.js'
import { providerOf, type BillingContext } from '../model/billing-context.js'
import type { FetchedInvoice } from '../providers/payments-port.js'
import { sumOf } from './decide-used-part.js'
import { usedPartOf, type EndedSubscription } from './used-part-of.js'

/**
 * Voids the unpaid invoice of a period that has ended, and claims the used part of the period and the use beyond the allowance of the period
 * before it by invoices of the server. The claims are written first, so that an interruption cannot lose them. Repeated calls have no effect.
 */
export async function closeUnpaidInvoice(
  context: BillingContext,
  subscription: EndedSubscription,
  invoice: FetchedInvoice,
): Promise<void> {
  const port = providerOf(context, subscription.provider)
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
    const charged = await transaction.query
      .selectFrom('usage_report')
      .select(['id', 'feature', 'amount', 'lines', 'at'])
      .where('accountId', '=', accountId)
      .where('provider', '=', provider)
      .where('invoiceId', '=', externalId)
      .execute()
    for (const { id, feature, amount, lines, at } of charged)
      await transaction.query
        .insertInto('usage_report')
        .values({
          id: transaction.newId('usg'),
          accountId,
          provider,
          feature: `${feature} closed ${id}`,
          meter: '',
          fromVersion: 0,
          toVersion: 1,
          amount,
          lines: jsonb(
            lines!.map((line) => ({
              ...line,
              description:
                line.description ?? describeLine(features.get(line.feature ?? featureOfWatermark(feature)), line),
            })),
          ),
          at,
        })
        .onConflict((conflict) => conflict.constraint('usage_report_once').doNothing())
        .execute()
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
    await transaction.query
      .insertInto('usage_report')
      .values({
        id: transaction.newId('usg'),
        accountId,
        provider,
        feature: `${lines[0]!.plan} period ${invoice.externalId}`,
        meter: '',
        fromVersion: 0,
        toVersion: 1,
        amount: sumOf(used),
        lines: jsonb(lines),
        at: context.clock.now(),
      })
      .onConflict((conflict) => conflict.constraint('usage_report_once').doNothing())
      .execute()
  })
}
