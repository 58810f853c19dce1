import { moneyText } from '#services/kernel/text/readable.js'
import type { TopUpRow, TopUpStatus } from '#entities/billing/top-up.entity.js'
import type { TopUpStop } from '#entities/billing/auto-top-up.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { UnprocessableEvent } from '#services/kernel/inbox/inbox-errors.js'
import type { Money } from '#services/kernel/money/money.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { TOP_UP_RUN, topUpKey } from '#services/entitlements/model/top-up-job.js'
import { ENTITLEMENTS_SWEEP } from '#services/entitlements/model/entitlements-sweep.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { mailManagers } from '#services/identity/members/mail-readers.js'
import type { BillingContext } from '../model/billing-context.js'
import { accountOfCustomer } from '../customers/ensure-customer.js'
import { nextFence } from '../model/fetch-fence.js'
import type { FetchedInvoice, FetchedPayment, TopUpReference } from '../providers/payments-port.js'
import type { ChargeReference } from '../providers/saved-payment-port.js'
import type { PaymentPort } from '../providers/port.js'
import type { ProviderName } from '../providers/provider-name.js'
import { projectPurchase } from '../model/project-purchase.js'
import { packEnd } from '../model/sync-checkout-payment.js'
import { stopAutoTopUp } from './stop-auto-top-up.js'
import { TOP_UP_PAID_MAIL } from './top-up-mails.js'
import { hasOpenTopUp, recordCause } from './top-up-queries.js'

const DAY_MS = 86_400_000

const STATUSES: Record<FetchedPayment['status'], TopUpStatus> = {
  SUCCEEDED: 'PAID',
  PENDING: 'PENDING',
  FAILED: 'FAILED',
}

/** The provider's status is authoritative: a payment that succeeds after a failure was found is granted as well. */
const TRANSITIONS: Record<TopUpStatus, readonly TopUpStatus[]> = {
  WAITING: [],
  CHARGING: ['PENDING', 'PAID', 'FAILED'],
  PENDING: ['PAID', 'FAILED'],
  PAID: [],
  FAILED: ['PAID'],
  SKIPPED: ['PAID'],
}

/**
 * Syncs the payment of a top-up from the provider: grants the pack as any paid purchase, or stops the automatic top-up.
 * Called by the job that charged it, by webhooks and by reconciliation, in any order; idempotent.
 */
export async function syncTopUp(
  context: BillingContext,
  port: PaymentPort,
  { id: topUpId, accountId, terms }: TopUpReference,
  charge: ChargeReference,
): Promise<string[]> {
  const { provider } = port
  const find = (sql: Sql) =>
    sql.query
      .selectFrom('top_up')
      .selectAll()
      .where('accountId', '=', accountId)
      .where('id', '=', topUpId)
      .where('provider', '=', provider)
      .executeTakeFirst()
  const isKnown = (await find(context.database)) !== undefined
  if (!isKnown && !terms) return [`top-up ${topUpId} was not created by this server`]
  const fence = await nextFence(context.database)
  const made = await readCharge(port, charge, (cause) =>
    recordCause(context.database, { id: topUpId, accountId }, cause),
  )
  if (!made) return []
  const { payment, invoice } = made
  const name = charge.invoiceId ? `invoice ${charge.invoiceId}` : `payment ${charge.paymentId}`
  const isOurs = isKnown || (await pays(context, provider, accountId, payment))
  if (!isOurs) return [`top-up ${topUpId} was not created by this server`]
  return context.database.transaction(async (transaction) => {
    await lockAccount(transaction, accountId)
    if (!isKnown) await recordLost(transaction, { id: topUpId, accountId, terms: terms!, provider, payment, invoice })
    const topUp = (await find(transaction))!
    const difference = differenceOf(topUp, payment, invoice)
    if (difference) {
      context.log.error({ topUp: topUpId, ...charge, difference }, 'payment does not match its top-up')
      return [`${name} does not match top-up ${topUpId}: ${difference}`]
    }
    // Another payment for the same top-up pays for nothing and is returned.
    const isOther = topUp.paymentId !== null && topUp.paymentId !== payment.paymentId
    const effects = await projectPurchase(context, transaction, {
      ...purchaseOf(context, topUp, payment, invoice),
      fence,
      ...(isOther ? { returned: 'paid twice' as const } : {}),
    })
    if (isOther) return effects
    const moved = await moveTopUp(context, transaction, topUp, made)
    return moved ? [...effects, moved] : effects
  })
}

/** A payment, or that credit paid an invoice. */
type ChargedPayment = Omit<FetchedPayment, 'paymentId'> & { readonly paymentId: string | null }

interface MadeCharge {
  readonly payment: ChargedPayment
  readonly invoice: FetchedInvoice | null
}

/** Reads a charge from the provider. Null if nothing was attempted yet. An invoice whose payment failed is voided. */
async function readCharge(
  port: PaymentPort,
  { paymentId, invoiceId }: ChargeReference,
  onDecline: (cause: TopUpStop) => Promise<void>,
): Promise<MadeCharge | null> {
  if (invoiceId === null) {
    const payment = await port.fetchPayment(paymentId!)
    if (!payment) throw new UnprocessableEvent(`payment ${paymentId} not found at the provider`)
    if (payment.needsConfirmation) await onDecline('AUTHENTICATION_REQUIRED')
    return { payment, invoice: null }
  }
  const charge = await port.savedPayments!.readInvoiceCharge(invoiceId)
  const invoice = charge.status === 'UNSENT' ? null : await port.fetchInvoice(invoiceId)
  if (!invoice) return null
  const status = charge.status === 'SUCCEEDED' || charge.status === 'PENDING' ? charge.status : 'FAILED'
  if (charge.status === 'AUTHENTICATION_REQUIRED') await onDecline(charge.status)
  if (status === 'FAILED' && invoice.status === 'OPEN') await port.voidInvoice(invoiceId)
  const paid = charge.paymentId ? await port.fetchPayment(charge.paymentId) : null
  return {
    invoice,
    payment: {
      money: { amountMinor: invoice.amountPaidMinor, currency: invoice.total.currency },
      paidAt: invoice.paidAt,
      receiptUrl: null,
      refunds: [],
      disputes: [],
      ...paid,
      status,
      paymentId: charge.paymentId,
      customerId: invoice.customerId,
      checkoutId: null,
      invoiceId,
      topUp: invoice.topUp ?? null,
    },
  }
}

/** True if the customer of a payment is that of the account. */
async function pays(
  context: BillingContext,
  provider: ProviderName,
  accountId: string,
  { customerId }: ChargedPayment,
): Promise<boolean> {
  const owner = customerId && (await accountOfCustomer(context, provider, customerId))
  return owner !== null && owner !== '' && owner.accountId === accountId
}

interface LostTopUp extends Required<TopUpReference> {
  readonly provider: ProviderName
  readonly payment: ChargedPayment
  readonly invoice: FetchedInvoice | null
}

/** Records a top-up that was charged after a backup that was restored. The metadata of its payment is ours. */
async function recordLost(
  transaction: Transaction,
  { id, accountId, terms, provider, payment, invoice }: LostTopUp,
): Promise<void> {
  const at = payment.paidAt ?? new Date(0)
  const number = await transaction.query
    .selectFrom('top_up')
    .select((eb) => eb.fn.max('crossing').as('last'))
    .where('accountId', '=', accountId)
    .where('autoTopUpId', '=', terms.autoTopUpId)
    .executeTakeFirstOrThrow()
  const isTaken = (number.last ?? 0) >= terms.crossing
  await transaction.query
    .insertInto('top_up')
    .values({
      id,
      accountId,
      ...terms,
      crossing: isTaken ? number.last + 1 : terms.crossing,
      provider,
      // At most one of a feature can be open.
      status:
        payment.status === 'PENDING' && !(await hasOpenTopUp(transaction, accountId, terms.feature))
          ? 'CHARGING'
          : 'SKIPPED',
      ...priceOf(payment, invoice),
      customerId: payment.customerId,
      createdAt: at,
      chargedAt: at,
    })
    .onConflict((conflict) => conflict.columns(['id', 'accountId']).doNothing())
    .execute()
}

/** Metadata can be copied to a payment that is not ours. */
function differenceOf(topUp: TopUpRow, payment: ChargedPayment, invoice: FetchedInvoice | null): string | null {
  if (payment.topUp?.id !== topUp.id || payment.customerId !== topUp.customerId) return 'another customer'
  const price = priceOf(payment, invoice)
  return price.amountMinor === topUp.amountMinor && price.currency === topUp.currency
    ? null
    : `expected ${moneyText(topUp)}, but the provider reports ${moneyText(price)}`
}

/** Tax that was added to the price. */
const addedTax = (invoice: FetchedInvoice | null): number => (invoice ? invoice.taxMinor - invoice.includedTaxMinor : 0)

/** Charged amount before added taxes and credit. */
const priceOf = ({ money }: ChargedPayment, invoice: FetchedInvoice | null): Money =>
  invoice ? { ...invoice.total, amountMinor: invoice.total.amountMinor - addedTax(invoice) } : money

const purchaseOf = (
  context: BillingContext,
  topUp: TopUpRow,
  payment: ChargedPayment,
  invoice: FetchedInvoice | null,
) => ({
  provider: topUp.provider,
  accountId: topUp.accountId,
  productId: topUp.productId,
  packageVersionId: topUp.packageVersionId,
  checkoutId: null,
  invoiceId: invoice?.externalId ?? null,
  subscriptionId: null,
  quantity: topUp.quantity,
  taxMinor: invoice?.taxMinor ?? 0,
  creditMinor: Math.max(0, invoice?.creditMinor ?? 0),
  isTopUp: true,
  expiresAt: packEnd(context, topUp.packageVersionId, payment.paidAt ?? context.clock.now()),
  payment,
})

async function moveTopUp(
  context: BillingContext,
  transaction: Transaction,
  topUp: TopUpRow,
  { payment, invoice }: MadeCharge,
): Promise<string | null> {
  const { id, accountId, autoTopUpId, crossing } = topUp
  const at = context.clock.now()
  const to = STATUSES[payment.status]
  const cause = topUp.failureReason ?? 'DECLINED'
  // A payment that takes days is read again each day, in case its webhook is lost.
  if (to === 'PENDING')
    await scheduleJob(transaction, {
      kind: TOP_UP_RUN,
      key: topUpKey(autoTopUpId, crossing),
      accountId,
      runAt: new Date(at.getTime() + DAY_MS),
    })
  if (!TRANSITIONS[topUp.status].includes(to)) return null
  await transaction.query
    .updateTable('top_up')
    .set({
      status: to,
      paymentId: payment.paymentId,
      invoiceId: invoice?.externalId ?? null,
      failureReason: to === 'FAILED' ? cause : null,
      completedAt: to === 'PENDING' ? null : at,
    })
    .where('accountId', '=', accountId)
    .where('id', '=', id)
    .execute()
  if (to === 'PAID') await publishPaid(context, transaction, topUp, { at, taxMinor: addedTax(invoice) })
  if (to === 'FAILED') await stopAutoTopUp(context, transaction, { accountId, feature: topUp.feature, reason: cause })
  return `top-up ${id} is ${to.toLowerCase()}`
}

async function publishPaid(
  context: BillingContext,
  transaction: Transaction,
  topUp: TopUpRow,
  { at, taxMinor }: { readonly at: Date; readonly taxMinor: number },
): Promise<void> {
  const { id, accountId, feature, currency, productId, quantity } = topUp
  const amountMinor = topUp.amountMinor + taxMinor
  const catalog = context.catalog.current()
  const product = catalog.productById.get(productId)
  const name = product?.name ?? 'a pack'
  // The sweep records that the balance has risen, so that another fall is another crossing.
  await scheduleJob(transaction, { kind: ENTITLEMENTS_SWEEP, key: accountId, accountId, runAt: at })
  await recordAccountEvent(transaction, accountId, at, {
    type: 'top_up.paid',
    outbox: true,
    summary: `An automatic top-up of ${name} for ${moneyText({ amountMinor, currency })} was paid.`,
    data: { topUpId: id, feature, product: product?.code ?? null, quantity, amountMinor, currency },
  })
  await mailManagers(context, transaction, accountId, TOP_UP_PAID_MAIL, {
    name,
    quantity,
    paid: { amountMinor, currency },
    taxMinor,
    paidAt: at,
    number: null,
  })
}
