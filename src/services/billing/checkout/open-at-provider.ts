import type { AccountRow } from '../../../entities/identity/account.entity.js'
import type { CheckoutRow } from '../../../entities/billing/checkout.entity.js'
import { refused } from '../../kernel/denials/denial.js'
import { denied, type Denied } from '../../kernel/idempotency/once-per-key.js'
import type { BillingContext } from '../billing-context.js'
import { ensureCustomer, type Payer } from '../customers/ensure-customer.js'
import { providerOf } from '../billing-context.js'
import { ProviderRefused, type OpenedCheckout, type PaymentPort } from '../providers/port.js'
import { relinkSandbox } from '../push-prices/relink-sandbox.js'
import { moveCheckout } from './move-checkout.js'
import { findCheckout } from './checkout-queries.js'

/**
 * Asks the provider for the page, under the checkout's id as idempotency key. Whoever finds the row still `CREATING` (a repeat, a
 * racing duplicate, a retry after a crash) asks again and is given the same page.
 */
export async function openAtProvider(
  context: BillingContext,
  account: AccountRow,
  payer: Payer,
  checkout: CheckoutRow,
): Promise<{ readonly kind: 'checkout'; readonly checkout: CheckoutRow } | Denied> {
  if (checkout.status !== 'CREATING') return { kind: 'checkout', checkout }
  const port = providerOf(context, checkout.provider)
  const ask = async () =>
    attachSession(context, port, checkout, await askForPage(context, port, { account, payer, checkout }))
  try {
    await ask().catch(async (error: unknown) => {
      if (!(error instanceof ProviderRefused && error.objectMissing && context.config.mode === 'sandbox')) throw error
      await relinkSandbox(context, port, account)
      await ask()
    })
    return { kind: 'checkout', checkout: (await findCheckout(context.database, checkout.id))! }
  } catch (error) {
    if (error instanceof ProviderRefused) return fail(context, checkout, error.message)
    throw error
  }
}

interface Page {
  readonly account: AccountRow
  readonly payer: Payer
  readonly checkout: CheckoutRow
}

async function askForPage(
  context: BillingContext,
  port: PaymentPort,
  { account, payer, checkout }: Page,
): Promise<OpenedCheckout> {
  const price = await context.database.row<{ externalId: string }>(
    `select external_id from provider_price where provider = $1 and price_id = $2`,
    [port.provider, checkout.priceId],
  )
  if (!price)
    throw new ProviderRefused('the price has not been pushed to the provider: run "npm run catalog -- push"', true)
  const customerId = await ensureCustomer(context, port, account, payer)
  return port.openCheckout({
    checkoutId: checkout.id,
    accountId: account.id,
    clientReference: account.externalId,
    customerId,
    priceExternalId: price.externalId,
    quantity: checkout.quantity,
    trialDays: checkout.trialDays,
    planCode: context.catalog.current().planByVersionId.get(checkout.planVersionId ?? '')?.code ?? '',
    successUrl: checkout.successUrl,
    cancelUrl: checkout.cancelUrl,
    expiresAt: checkout.expiresAt,
  })
}

/** Notes the page. A checkout that was given up while the provider answered must not stay payable: its page is closed again. */
async function attachSession(
  context: BillingContext,
  port: PaymentPort,
  checkout: CheckoutRow,
  opened: OpenedCheckout,
): Promise<void> {
  const attached = await context.database.run(
    `update checkout set status = 'OPEN', session_id = $2, url = $3 where id = $1 and status = 'CREATING'`,
    [checkout.id, opened.sessionId, opened.url],
  )
  if (attached) return
  const now = await findCheckout(context.database, checkout.id)
  if (now?.sessionId === opened.sessionId) return // a racing duplicate was given the same page
  await context.database.run(`update checkout set session_id = $2 where id = $1 and session_id is null`, [
    checkout.id,
    opened.sessionId,
  ])
  await port.expireCheckout(opened.sessionId)
}

/** The provider will not sell this: an operator must look, and the buyer may try again under the same key. */
async function fail(context: BillingContext, checkout: CheckoutRow, why: string): Promise<Denied> {
  context.log.error({ checkout: checkout.id, why, requestId: context.requestId }, 'checkout creation failed')
  if (await moveCheckout(context, checkout.id, 'FAILED', { why, from: 'CREATING' }))
    await context.database.run(`delete from idempotency_key where result_type = 'Checkout' and result_id = $1`, [
      checkout.id,
    ])
  return denied(
    refused('PROVIDER_UNAVAILABLE', 'The payment provider did not accept this checkout; the operator has been told.'),
  )
}
