import { commandLine } from '#services/kernel/command-line.js'
import type { AccountRow } from '#entities/identity/account.entity.js'
import type { CheckoutRow } from '#entities/billing/checkout.entity.js'
import { promotionRefused } from '../model/find-promotion.js'
import { refused } from '#services/kernel/denials/denial.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { ensureCustomer, type Payer } from '../customers/ensure-customer.js'
import { providerOf, type BillingContext } from '../model/billing-context.js'
import { ProviderRejected } from '../providers/provider-errors.js'
import type { OpenedCheckout, PaymentPort } from '../providers/port.js'
import { pushCatalog } from '../catalog-push/push-catalog.js'
import { relinkSandbox } from '../catalog-push/relink-sandbox.js'
import { pageLanguage } from '#services/identity/members/page-language.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { CHECKOUT_EXPIRE, transitionCheckout } from './transition-checkout.js'
import { syncCheckout } from './sync-checkout.js'
import { findCheckout } from '../model/checkout-queries.js'
import { grantedTokenPurpose } from '../model/billing-sealed.js'
import { priceAtProvider } from '../catalog-push/find-price-at-provider.js'

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
    // A subscription without a page is started already, or waits for the payment of its invoice; a token is charged.
    if (checkout.invoiceTerms || checkout.challengeId) await syncOpened(context, port, checkout)
    return { kind: 'checkout', checkout: (await findCheckout(context.database, checkout.id))! }
  } catch (error) {
    if (error instanceof ProviderRejected) return fail(context, checkout, error)
    throw error
  }
}

async function syncOpened(context: BillingContext, port: PaymentPort, { id }: CheckoutRow): Promise<void> {
  const opened = await findCheckout(context.database, id)
  if (opened?.status === 'OPEN' && opened.sessionId) await syncCheckout(context, port, opened.sessionId)
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
  const { grantedToken, challengeId, amountMinor, currency } = checkout
  if (challengeId) {
    // It was deleted with the data of the account. A program has no page.
    if (!grantedToken) throw new ProviderRejected('the token of the program is deleted', false)
    return port.chargeGranted!({
      checkoutId: checkout.id,
      accountId: account.id,
      token: context.secrets.open(grantedToken, grantedTokenPurpose(checkout.id)),
      challengeId,
      money: { amountMinor, currency },
    })
  }
  const recurring = catalog.priceById.get(checkout.priceId)?.interval !== 'ONE_TIME'
  const priceExternalId =
    recurring || port.abilities.oneTimePrices ? await externalPriceOf(context, port, checkout) : null
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
    taxes: catalog.taxes,
    daysUntilDue: checkout.invoiceTerms?.daysUntilDue ?? null,
    language: await pageLanguage(context, account),
    brand: catalog.brand,
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
    const row = await transaction.query
      .updateTable('checkout')
      .set((eb) => ({
        status: 'OPEN',
        sessionId,
        grantedToken: null,
        url,
        expiresAt: eb.fn<Date>('least', ['expiresAt', eb.cast<Date>(eb.val(expiresAt), 'timestamptz')]),
      }))
      .where('id', '=', checkout.id)
      .where('accountId', '=', checkout.accountId)
      .where('status', '=', 'CREATING')
      .returning('expiresAt')
      .executeTakeFirst()
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
  // A concurrent duplicate has received the same page.
  if (now?.sessionId === sessionId) return
  await context.database.query
    .updateTable('checkout')
    .set({ sessionId })
    .where('id', '=', checkout.id)
    .where('accountId', '=', checkout.accountId)
    .where('sessionId', 'is', null)
    .execute()
  try {
    await port.expireCheckout(sessionId)
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
    await context.database.query
      .deleteFrom('idempotency_key')
      .where('resultType', '=', 'Checkout')
      .where('resultId', '=', checkout.id)
      .where('accountId', '=', checkout.accountId)
      .execute()
  if (denial.about === 'PROMOTION')
    return denied(promotionRefused(`Promotion code '${checkout.promotionCode}' cannot be used for this order.`))
  return denied(
    refused('PROVIDER_UNAVAILABLE', 'The payment provider rejected this checkout. The operator has been notified.'),
  )
}

/** Provider ID of the price. Catalog prices were pushed earlier; a template price is pushed at its first sale. */
async function externalPriceOf(
  context: BillingContext,
  port: PaymentPort,
  { priceId, productId }: CheckoutRow,
): Promise<string> {
  const find = () => priceAtProvider(context, port, priceId)
  const catalog = context.catalog.current()
  let externalId = await find()
  if (!externalId && catalog.productById.get(productId)?.type === 'TEMPLATE') {
    const rejection = await pushCatalog(context, port, catalog).then(
      () => null,
      (error: unknown) => {
        if (!(error instanceof ProviderRejected)) throw error
        return error
      },
    )
    externalId = await find()
    // The provider can have rejected another price only.
    if (!externalId && rejection) throw rejection
  }
  if (!externalId)
    throw new ProviderRejected(
      `the price has not been pushed to the provider: run "${commandLine('catalog push')}"`,
      true,
    )
  return externalId
}
