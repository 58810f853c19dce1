import type { TopUpRow, TopUpStatus } from '#entities/billing/top-up.entity.js'
import type { TopUpStop } from '#entities/billing/auto-top-up.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { UnprocessableEvent } from '#services/kernel/inbox/inbox-errors.js'
import { amountWithCurrency } from '#services/kernel/money/money.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { TOP_UP_RUN, topUpKey } from '#services/entitlements/model/top-up-job.js'
import { ENTITLEMENTS_SWEEP } from '#services/entitlements/model/entitlements-sweep.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { providerOf, type BillingContext } from '../model/billing-context.js'
import { accountOfCustomer } from '../customers/ensure-customer.js'
import { nextFence } from '../model/fetch-fence.js'
import type { FetchedPayment, TopUpReference } from '../providers/payments-port.js'
import type { ProviderName } from '../model/port.js'
import { projectPurchase } from '../model/project-purchase.js'
import { packEnd } from '../model/sync-checkout-payment.js'
import { mailManagers, stopAutoTopUp } from './stop-auto-top-up.js'
import { hasOpenTopUp } from './top-up-queries.js'

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
  provider: ProviderName,
  { id: topUpId, accountId, terms }: TopUpReference,
  paymentId: string,
  decline: TopUpStop = 'DECLINED',
): Promise<string[]> {
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
  const payment = await providerOf(context, provider).fetchPayment(paymentId)
  if (!payment) throw new UnprocessableEvent(`payment ${paymentId} not found at the provider`)
  const isOurs = isKnown || (await pays(context, provider, accountId, payment))
  if (!isOurs) return [`top-up ${topUpId} was not created by this server`]
  return context.database.transaction(async (transaction) => {
    await lockAccount(transaction, accountId)
    if (!isKnown) await recordLost(transaction, { id: topUpId, accountId, terms: terms!, provider, payment })
    const topUp = (await find(transaction))!
    const difference = differenceOf(topUp, payment)
    if (difference) {
      context.log.error({ topUp: topUpId, payment: paymentId, difference }, 'payment does not match its top-up')
      return [`payment ${paymentId} does not match top-up ${topUpId}: ${difference}`]
    }
    // Another payment for the same top-up pays for nothing and is returned.
    const isOther = topUp.paymentId !== null && topUp.paymentId !== paymentId
    const effects = await projectPurchase(context, transaction, {
      ...purchaseOf(context, topUp, payment),
      fence,
      ...(isOther ? { returned: 'paid twice' as const } : {}),
    })
    if (isOther) return effects
    const moved = await moveTopUp(context, transaction, topUp, payment, decline)
    return moved ? [...effects, moved] : effects
  })
}

/** True if the customer of a payment is that of the account. */
async function pays(
  context: BillingContext,
  provider: ProviderName,
  accountId: string,
  { customerId }: FetchedPayment,
): Promise<boolean> {
  const owner = customerId && (await accountOfCustomer(context, provider, customerId))
  return owner !== null && owner !== '' && owner.accountId === accountId
}

interface LostTopUp extends Required<TopUpReference> {
  readonly provider: ProviderName
  readonly payment: FetchedPayment
}

/** Records a top-up that was charged after a backup that was restored. The metadata of its payment is ours. */
async function recordLost(
  transaction: Transaction,
  { id, accountId, terms, provider, payment }: LostTopUp,
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
      amountMinor: payment.money.amountMinor,
      currency: payment.money.currency,
      customerId: payment.customerId,
      createdAt: at,
      chargedAt: at,
    })
    .onConflict((conflict) => conflict.columns(['id', 'accountId']).doNothing())
    .execute()
}

/** Metadata can be copied to a payment that is not ours. */
function differenceOf(topUp: TopUpRow, payment: FetchedPayment): string | null {
  if (payment.topUp?.id !== topUp.id || payment.customerId !== topUp.customerId) return 'another customer'
  const { amountMinor, currency } = payment.money
  return amountMinor === topUp.amountMinor && currency === topUp.currency
    ? null
    : `expected ${amountWithCurrency(topUp)}, but the provider reports ${amountWithCurrency(payment.money)}`
}

const purchaseOf = (context: BillingContext, topUp: TopUpRow, payment: FetchedPayment) => ({
  provider: topUp.provider,
  accountId: topUp.accountId,
  productId: topUp.productId,
  packageVersionId: topUp.packageVersionId,
  checkoutId: null,
  invoiceId: null,
  subscriptionId: null,
  quantity: topUp.quantity,
  taxMinor: 0,
  expiresAt: packEnd(context, topUp.packageVersionId, payment.paidAt ?? context.clock.now()),
  payment,
})

async function moveTopUp(
  context: BillingContext,
  transaction: Transaction,
  topUp: TopUpRow,
  payment: FetchedPayment,
  decline: TopUpStop,
): Promise<string | null> {
  const { id, accountId, autoTopUpId, crossing } = topUp
  const at = context.clock.now()
  const to = STATUSES[payment.status]
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
      failureReason: to === 'FAILED' ? decline : null,
      completedAt: to === 'PENDING' ? null : at,
    })
    .where('accountId', '=', accountId)
    .where('id', '=', id)
    .execute()
  if (to === 'PAID') await publishPaid(context, transaction, topUp, at)
  if (to === 'FAILED') await stopAutoTopUp(context, transaction, { accountId, feature: topUp.feature, reason: decline })
  return `top-up ${id} is ${to.toLowerCase()}`
}

async function publishPaid(
  context: BillingContext,
  transaction: Transaction,
  topUp: TopUpRow,
  at: Date,
): Promise<void> {
  const { id, accountId, feature, amountMinor, currency, productId, quantity } = topUp
  const catalog = context.catalog.current()
  const product = catalog.productById.get(productId)
  const name = product?.name ?? 'a pack'
  // The sweep records that the balance has risen, so that another fall is another crossing.
  await scheduleJob(transaction, { kind: ENTITLEMENTS_SWEEP, key: accountId, accountId, runAt: at })
  await recordAccountEvent(transaction, accountId, at, {
    type: 'top_up.paid',
    outbox: true,
    summary: `An automatic top-up of ${name} for ${amountWithCurrency(topUp)} was paid.`,
    data: { topUpId: id, feature, product: product?.code ?? null, quantity, amountMinor, currency },
  })
  await mailManagers(context, transaction, accountId, {
    subject: `Automatic top-up: ${name}`,
    paragraphs: [
      `Your balance fell below your threshold, so we charged ${amountWithCurrency(topUp)} for ${name}.`,
      'You can change or remove the automatic top-up at any time.',
    ],
  })
}
