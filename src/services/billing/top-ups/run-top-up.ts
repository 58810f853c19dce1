import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import type { TopUpRow } from '#entities/billing/top-up.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { balanceOf } from '#services/entitlements/model/decide-levels.js'
import { TOP_UP_RUN } from '#services/entitlements/model/top-up-job.js'
import { loadSnapshot } from '#services/entitlements/snapshot/load-snapshot.js'
import { calendarMonth } from '#services/entitlements/model/quota-window.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { mailManagers } from '#services/identity/members/mail-readers.js'
import type { BillingContext } from '../model/billing-context.js'
import { currentHold } from '../sales/payment-state.js'
import { chargeTopUp } from './charge-top-up.js'
import { decideTopUp } from './decide-top-up.js'
import { findTopUpPayer, offerTopUp, type TopUpOffer, type TopUpPayer } from './offer-top-up.js'
import { stopAutoTopUp } from './stop-auto-top-up.js'
import { TOP_UP_LIMITED_MAIL } from './top-up-mails.js'
import { syncTopUp } from './sync-top-up.js'
import { countTopUps, findAutoTopUp, hasOpenTopUp, hasReversedTopUp, topUpOfCrossing } from './top-up-queries.js'

/**
 * Processes the crossing of a threshold. The row is stored under the account lock before the provider is called, and its
 * ID is the idempotency key there, so a crossing is charged at most once, however often the job runs.
 */
export async function runTopUp(due: ScheduledJobRow, context: BillingContext): Promise<void> {
  const [autoTopUpId = '', number = ''] = due.key.split(':', 2)
  const accountId = due.accountId!
  const crossing = Number(number)
  const known = await topUpOfCrossing(context.database, accountId, autoTopUpId, crossing)
  if (known?.status === 'PENDING' || known?.status === 'CHARGING')
    return chargeTopUp(context, known, { isRepeated: true })
  if (known && known.status !== 'WAITING') return
  await recoverCharges(context, accountId)
  const begun = await beginTopUp(context, { accountId, autoTopUpId, crossing, key: due.key })
  if (begun) await chargeTopUp(context, begun, { isRepeated: false })
}

const RECOVERED_DAYS = 35

/** Records top-ups that were charged after a backup that was restored, before another one is charged: their packs can be enough. */
async function recoverCharges(context: BillingContext, accountId: string): Promise<void> {
  const payer = await findTopUpPayer(context, accountId)
  if ('code' in payer) return
  const { port, customerId } = payer
  const since = new Date(context.clock.now().getTime() - RECOVERED_DAYS * 86_400_000)
  const charges = port.savedPayments!.listSavedCharges(customerId, since)
  for await (const { topUp, ...charge } of charges) {
    const known = await context.database.query
      .selectFrom('top_up')
      .select('id')
      .where('accountId', '=', accountId)
      .where('id', '=', topUp.id)
      .executeTakeFirst()
    if (!known && topUp.accountId === accountId) await syncTopUp(context, port, topUp, charge)
  }
}

interface CrossingOfLevel {
  readonly accountId: string
  readonly autoTopUpId: string
  readonly crossing: number
  readonly key: string
}

/** Decides under the account lock. Returns the stored top-up if it is to be charged. */
async function beginTopUp(context: BillingContext, of: CrossingOfLevel): Promise<TopUpRow | null> {
  const { database } = context
  const { accountId, autoTopUpId, crossing } = of
  const auto = await findAutoTopUp(database, accountId, autoTopUpId)
  if (!auto || auto.endedAt || auto.stoppedAt) return null
  const offered = await offerTopUp(context, accountId, auto)
  const offer = 'code' in offered ? null : offered
  const found = await findTopUpPayer(context, accountId)
  const payer = 'code' in found ? null : found
  return database.transaction(async (transaction) => {
    await lockAccount(transaction, accountId)
    const known = await topUpOfCrossing(transaction, accountId, autoTopUpId, crossing)
    if (known && known.status !== 'WAITING') return null
    const at = context.clock.now()
    const catalog = context.catalog.current()
    const snapshot = (await loadSnapshot(transaction, catalog, accountId, at))!
    const feature = catalog.features.get(auto.feature)
    const decision = decideTopUp({
      auto: (await findAutoTopUp(transaction, accountId, autoTopUpId))!,
      threshold: auto.threshold,
      balance: feature ? balanceOf(snapshot, feature) : Infinity,
      price: offer && offer.price,
      isOpen: await hasOpenTopUp(transaction, accountId, auto.feature),
      inMonth: await countTopUps(transaction, accountId, auto.feature, calendarMonth(at)),
      isReversed: await hasReversedTopUp(transaction, accountId, autoTopUpId),
      hold: (await currentHold(transaction, { catalog, accountId, now: at }, 'PREPAID'))?.reason ?? null,
      hasMethod: payer !== null,
      at,
    })
    switch (decision.kind) {
      case 'charge':
        return writeCharge(transaction, { ...of, known, offer: offer!, payer: payer!, at })
      case 'wait':
        // One top-up that waits is enough for all crossings of the month.
        if (await isOtherWaiting(transaction, of)) return null
        await scheduleJob(transaction, { kind: TOP_UP_RUN, key: of.key, accountId, runAt: decision.until })
        if (!known && offer) await writeWaiting(context, transaction, { ...of, offer, at, until: decision.until })
        return null
      case 'stop':
        await stopAutoTopUp(context, transaction, { accountId, feature: auto.feature, reason: decision.reason })
    }
    if (known) await skipWaiting(transaction, known, at)
    return null
  })
}

interface NewTopUp extends CrossingOfLevel {
  readonly offer: TopUpOffer
  readonly at: Date
}

const valuesOf = ({ accountId, autoTopUpId, crossing, offer: { offer, feature, price }, at }: NewTopUp) => ({
  accountId,
  autoTopUpId,
  crossing,
  feature: feature.code,
  productId: offer.productId,
  packageVersionId: offer.packageVersionId!,
  quantity: offer.quantity,
  amountMinor: price.amountMinor,
  currency: price.currency,
  createdAt: at,
})

/** The top-up with everything that the request to the provider consists of, so that a repeated request is the same. */
function writeCharge(
  transaction: Transaction,
  { known, payer, ...input }: NewTopUp & { readonly known: TopUpRow | null; readonly payer: TopUpPayer },
): Promise<TopUpRow> {
  const { customerId, methodId, port } = payer
  const { accountId, ...values } = { ...valuesOf(input), createdAt: known?.createdAt ?? input.at }
  const charge = { status: 'CHARGING' as const, provider: port.provider, customerId, methodId, chargedAt: input.at }
  return transaction.query
    .insertInto('top_up')
    .values({ id: known?.id ?? transaction.newId('tup'), accountId, ...values, ...charge })
    .onConflict((conflict) =>
      conflict
        .columns(['id', 'accountId'])
        .doUpdateSet((eb) => ({ ...values, ...charge, recordedAt: eb.ref('excluded.recordedAt') })),
    )
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** The month has no top-up left: the account is notified once, and the job runs again when the next month begins. */
async function writeWaiting(
  context: BillingContext,
  transaction: Transaction,
  { until, ...input }: NewTopUp & { readonly until: Date },
): Promise<void> {
  const { accountId, at, offer } = input
  const { code, name } = offer.feature
  await transaction.query
    .insertInto('top_up')
    .values({ id: transaction.newId('tup'), ...valuesOf(input), status: 'WAITING', provider: 'STRIPE' })
    .execute()
  await recordAccountEvent(transaction, accountId, at, {
    type: 'auto_top_up.limited',
    outbox: true,
    summary: `The automatic top-up of ${name} has reached its maximum of the month.`,
    data: { feature: code, until },
  })
  await mailManagers(context, transaction, accountId, TOP_UP_LIMITED_MAIL, { name, until })
}

async function isOtherWaiting(
  transaction: Transaction,
  { accountId, autoTopUpId, crossing }: CrossingOfLevel,
): Promise<boolean> {
  const row = await transaction.query
    .selectFrom('top_up')
    .select('id')
    .where('accountId', '=', accountId)
    .where('autoTopUpId', '=', autoTopUpId)
    .where('crossing', '<>', crossing)
    .where('status', '=', 'WAITING')
    .executeTakeFirst()
  return row !== undefined
}

async function skipWaiting(transaction: Transaction, { id, accountId }: TopUpRow, at: Date): Promise<void> {
  await transaction.query
    .updateTable('top_up')
    .set({ status: 'SKIPPED', completedAt: at })
    .where('accountId', '=', accountId)
    .where('id', '=', id)
    .execute()
}
