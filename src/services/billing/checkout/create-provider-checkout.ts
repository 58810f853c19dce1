import type { AccountRow } from '#entities/identity/account.entity.js'
import type { CheckoutRow } from '#entities/billing/checkout.entity.js'
import { promotionRefused } from '../offers/find-promotion.js'
import { refused } from '#services/kernel/denials/denial.js'
import { denied, type Denied } from '#services/kernel/idempotency/idempotent-mutation.js'
import type { BillingContext } from '../billing-context.js'
import { ensureCustomer, type Payer } from '../customers/ensure-customer.js'
import { providerOf } from '../billing-context.js'
import { ProviderRejected, type OpenedCheckout, type PaymentPort } from '../providers/port.js'
import { pushCatalog } from '../catalog-push/push-catalog.js'
import { relinkSandbox } from '../catalog-push/relink-sandbox.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { CHECKOUT_EXPIRE, transitionCheckout } from './transition-checkout.js'
import { findCheckout } from './checkout-queries.js'

/**
 * Opens the provider's page with the checkout ID as idempotency key. A caller that finds the row in status `CREATING`
 * (a repeat, a concurrent duplicate, a retry after a crash) sends the same request and receives the same page.
 */
export async function createProviderCheckout(
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
      if (!(error instanceof ProviderRejected && error.objectMissing && context.config.mode === 'sandbox')) throw error
      await relinkSandbox(context, port, account)
      await ask()
    })
    return { kind: 'checkout', checkout: (await findCheckout(context.database, checkout.id))! }
  } catch (error) {
    if (error instanceof ProviderRejected) return fail(context, checkout, error)
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
  const catalog = context.catalog.current()
  const recurring = catalog.priceById.get(checkout.priceId)?.interval !== 'ONE_TIME'
  const priceExternalId = recurring || port.abilities.oneTimePrices ? await priceAt(context, port, checkout) : null
  const customerId = await ensureCustomer(context, port, account, payer)
  return port.openCheckout({
    checkoutId: checkout.id,
    accountId: account.id,
    clientReference: account.externalId,
    customerId,
    priceExternalId,
    unit: { amountMinor: checkout.amountMinor / checkout.quantity, currency: checkout.currency },
    productName: catalog.productById.get(checkout.productId)?.name ?? '',
    quantity: checkout.quantity,
    trialDays: checkout.trialDays,
    trials: catalog.trials,
    recurring,
    startsAt: checkout.startsAt,
    productCode: catalog.productById.get(checkout.productId)?.code ?? '',
    promotionId: checkout.promotionId,
    automaticTax: catalog.automaticTax,
    successUrl: checkout.successUrl,
    cancelUrl: checkout.cancelUrl,
    expiresAt: checkout.expiresAt,
    openedAt: checkout.createdAt,
  })
}

/**
 * Stores the page. If the checkout was canceled during the provider call, the page is closed again, so that it cannot
 * be paid.
 */
async function attachSession(
  context: BillingContext,
  port: PaymentPort,
  checkout: CheckoutRow,
  opened: OpenedCheckout,
): Promise<void> {
  const { sessionId, url, expiresAt } = opened
  const attached = await context.database.transaction(async (transaction) => {
    const row = await transaction.row<{ expiresAt: Date }>(
      `update checkout set status = 'OPEN', session_id = $2, url = $3, expires_at = least(expires_at, $4::timestamptz)
       where id = $1 and status = 'CREATING' returning expires_at`,
      [checkout.id, sessionId, url, expiresAt],
    )
    if (row && row.expiresAt < checkout.expiresAt)
      await scheduleJob(transaction, {
        kind: CHECKOUT_EXPIRE,
        key: checkout.id,
        accountId: checkout.accountId,
        runAt: row.expiresAt,
      })
    return row !== undefined
  })
  if (attached) return
  const now = await findCheckout(context.database, checkout.id)
  if (now?.sessionId === opened.sessionId) return // a racing duplicate was given the same page
  await context.database.run(`update checkout set session_id = $2 where id = $1 and session_id is null`, [
    checkout.id,
    opened.sessionId,
  ])
  try {
    await port.expireCheckout(opened.sessionId)
  } catch (error) {
    // The provider rejects closing a closed page.
    if (!(error instanceof ProviderRejected)) throw error
  }
}

/** The provider rejects this offer: an operator must fix it, and the buyer can retry with the same key. */
async function fail(context: BillingContext, checkout: CheckoutRow, denial: ProviderRejected): Promise<Denied> {
  const reason = denial.message
  context.log.error({ checkout: checkout.id, reason, requestId: context.requestId }, 'checkout creation failed')
  if (await transitionCheckout(context, checkout.id, 'FAILED', { statusReason: reason, from: 'CREATING' }))
    await context.database.run(`delete from idempotency_key where result_type = 'Checkout' and result_id = $1`, [
      checkout.id,
    ])
  if (denial.about === 'PROMOTION')
    return denied(promotionRefused(`Promotion code '${checkout.promotionCode}' cannot be used for this order.`))
  return denied(
    refused('PROVIDER_UNAVAILABLE', 'The payment provider rejected this checkout. The operator has been notified.'),
  )
}

/** Provider ID of the price. Catalog prices were pushed earlier; a template price is pushed at its first sale. */
async function priceAt(
  context: BillingContext,
  port: PaymentPort,
  { priceId, productId }: CheckoutRow,
): Promise<string> {
  const known = () =>
    context.database.row<{ externalId: string }>(
      `select external_id from provider_price where provider = $1 and price_id = $2`,
      [port.provider, priceId],
    )
  const catalog = context.catalog.current()
  let price = await known()
  if (!price && catalog.productById.get(productId)?.type === 'TEMPLATE') {
    await pushCatalog(context, port, catalog)
    price = await known()
  }
  if (!price)
    throw new ProviderRejected('the price has not been pushed to the provider: run "npm run catalog -- push"', true)
  return price.externalId
}
