import { sql } from 'kysely'
import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import type { VendorPayoutRow } from '#entities/marketplace/vendor-payout.entity.js'
import type { VendorRow } from '#entities/marketplace/vendor.entity.js'
import { recordAudit } from '#services/kernel/audit/audit.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { refused } from '#services/kernel/denials/denial.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { roundToCharge } from '#services/kernel/money/charge-rules.js'
import { moneyText } from '#services/kernel/text/readable.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { mailManagers } from '#services/identity/members/mail-readers.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { ProviderRejected } from '#services/billing/providers/provider-errors.js'
import { vendorById } from '../model/vendor.js'
import { PAYOUT_FAILED_MAIL, PAYOUT_MAIL } from './payout-mails.js'
import { checkPayoutAccount, transfers, validatePayout, type PayOutVendor } from './validate-payout.js'

/** The due kind of a payout that a crash or a silent provider left open; its key is the payout's id. */
export const PAYOUT_RESUME = 'payout.resume'
const RESUME_SECONDS = 60

export type PayOutOutcome = { readonly kind: 'payout'; readonly payout: VendorPayoutRow } | Denied

/**
 * Pays out the balance of a vendor in one currency. Operators only. A manual payout is only recorded; a transfer
 * is sent.
 */
export async function payOutVendor(context: BillingContext, input: PayOutVendor): Promise<PayOutOutcome> {
  const vendor = await vendorById(context.database, input.vendorId)
  if (!vendor?.accountId) throw new AppError('NOT_FOUND', 'Vendor not found, or it belongs to the operator.')
  const fault = validatePayout(input) ?? (input.method === 'STRIPE' ? await checkPayoutAccount(context, vendor) : null)
  if (fault) return denied(fault)
  const { accountId } = vendor
  if (input.method === 'STRIPE') await recoverPayouts(context, { ...vendor, accountId })
  const done = await runIdempotent<{ kind: 'payout'; payout: VendorPayoutRow }>(context.database, {
    scope: idempotencyScope(context.caller, accountId, 'payOutVendor', input.idempotencyKey),
    request: input,
    replay: async (transaction, { id }) => ({ kind: 'payout', payout: await payoutById(transaction, accountId, id) }),
    execute: async (transaction) => {
      await lockAccount(transaction, accountId)
      const balance = await payableBalanceOf(transaction, vendor.id, input.currency)
      // The rest that cannot be transferred stays payable.
      const outstanding =
        input.method === 'STRIPE' ? roundToCharge({ amountMinor: balance, currency: input.currency }) : balance
      if (outstanding <= 0)
        return denied(
          refused(
            'INVALID_AMOUNT',
            `${vendor.name} has no payable balance in ${input.currency}. Wait for one, or name another currency.`,
            {
              field: 'currency',
            },
          ),
        )
      const payout = await write(context, transaction, { vendor, accountId, outstanding, input })
      return { value: { kind: 'payout', payout }, reference: { __typename: 'VendorPayout', id: payout.id } }
    },
  })
  if (done.kind !== 'payout' || done.payout.status !== 'CREATING') return done
  await sendPayout(context, done.payout)
  return { kind: 'payout', payout: await payoutById(context.database, accountId, done.payout.id) }
}

/** Records transfers that were sent after a backup that was restored, so that the same balance is not sent again. */
async function recoverPayouts(
  context: BillingContext,
  { id: vendorId, accountId, payoutAccountId }: Pick<VendorRow, 'id' | 'payoutAccountId'> & { accountId: string },
): Promise<void> {
  const port = transfers(context)
  if (!port || !payoutAccountId) return
  for await (const { externalId, payoutId, money, createdAt } of port.listTransfersTo(payoutAccountId))
    await context.database.transaction(async (transaction) => {
      await lockAccount(transaction, accountId)
      const lost = await transaction.query
        .insertInto('vendor_payout')
        .values({
          id: payoutId!,
          accountId,
          vendorId,
          ...money,
          method: 'STRIPE',
          status: 'PAID',
          externalId,
          payoutAccountId,
          requestedBy: 'restored from the provider',
          createdAt,
          completedAt: createdAt,
        })
        .onConflict((conflict) => conflict.columns(['id', 'accountId']).doNothing())
        .returningAll()
        .executeTakeFirst()
      if (lost) await enter(context, transaction, lost, 'PAYOUT')
    })
}

interface RequestedPayout {
  readonly vendor: VendorRow
  readonly accountId: string
  readonly outstanding: number
  readonly input: PayOutVendor
}

/** The intent and its entry together: what is on its way is owed no longer, so that nothing is sent twice. */
async function write(
  context: BillingContext,
  transaction: Transaction,
  { vendor, accountId, outstanding, input }: RequestedPayout,
): Promise<VendorPayoutRow> {
  const at = context.clock.now()
  const byHand = input.method === 'MANUAL'
  const payout = await transaction.query
    .insertInto('vendor_payout')
    .values({
      id: transaction.newId('vpo'),
      accountId,
      vendorId: vendor.id,
      method: input.method,
      status: byHand ? 'PAID' : 'CREATING',
      amountMinor: outstanding,
      currency: input.currency,
      reference: input.reference?.trim() || null,
      payoutAccountId: byHand ? null : vendor.payoutAccountId,
      requestedBy: context.caller.principal,
      createdAt: at,
      completedAt: byHand ? at : null,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await enter(context, transaction, payout, 'PAYOUT')
  await mailManagers(context, transaction, accountId, PAYOUT_MAIL, payout)
  if (!byHand)
    await scheduleJob(transaction, {
      kind: PAYOUT_RESUME,
      key: payout.id,
      accountId,
      runAt: at,
      delaySeconds: RESUME_SECONDS,
    })
  await recordAudit(transaction, {
    accountId,
    actor: context.caller.principal,
    action: 'payout.requested',
    object: payout.id,
    details: {
      vendorId: vendor.id,
      amountMinor: outstanding,
      currency: input.currency,
      method: input.method,
      reason: input.reason,
    },
  })
  return payout
}

async function enter(
  context: BillingContext,
  transaction: Transaction,
  payout: VendorPayoutRow,
  kind: 'PAYOUT' | 'PAYOUT_RETURNED',
): Promise<void> {
  const at = context.clock.now()
  const amountMinor = kind === 'PAYOUT' ? -payout.amountMinor : payout.amountMinor
  await transaction.query
    .insertInto('earnings_entry')
    .values({
      id: transaction.newId('vet'),
      accountId: payout.accountId,
      vendorId: payout.vendorId,
      kind,
      payoutId: payout.id,
      amountMinor,
      currency: payout.currency,
      at,
    })
    .execute()
  const money = moneyText(payout)
  const type = kind === 'PAYOUT' ? 'earnings.paid_out' : 'earnings.payout_returned'
  const data = {
    payoutId: payout.id,
    vendorId: payout.vendorId,
    amountMinor: payout.amountMinor,
    currency: payout.currency,
    method: payout.method,
  }
  const summary =
    kind === 'PAYOUT'
      ? `A payout of ${money} is on its way.`
      : `The payout of ${money} failed. The amount stays in your balance.`
  await recordAccountEvent(transaction, payout.accountId, at, { type, summary, data })
  const { requestId } = context
  await writeOutbox(transaction, { type, accountId: payout.accountId, payload: data, at, requestId })
}

/**
 * Sends a payout at the provider, with the payout ID as idempotency key. A rejected payout returns to the balance, an
 * unknown result is retried.
 */
export async function sendPayout(
  context: BillingContext,
  { id: payoutId, accountId }: Pick<VendorPayoutRow, 'id' | 'accountId'>,
): Promise<void> {
  const payout = await payoutById(context.database, accountId, payoutId)
  if (payout.status !== 'CREATING') return
  const port = transfers(context)
  if (!port) throw new AppError('UNAVAILABLE', 'Transfers are disabled: the payout is pending.')
  try {
    const { externalId } = await port.transfer({
      payoutId,
      payoutAccountId: payout.payoutAccountId!,
      amountMinor: payout.amountMinor,
      currency: payout.currency,
    })
    await recordResult(context, payout, { status: 'PAID', externalId, failureReason: null })
  } catch (error) {
    if (!(error instanceof ProviderRejected)) throw error
    context.log.error({ payout: payoutId, reason: error.message }, 'payout rejected by the provider')
    await recordResult(context, payout, { status: 'FAILED', externalId: null, failureReason: error.message })
  }
}

/** Resumes a payout that was interrupted by a crash or an unresponsive provider. */
export const resumePayout = (due: ScheduledJobRow, context: BillingContext): Promise<void> =>
  sendPayout(context, { id: due.key, accountId: due.accountId! })

async function recordResult(
  context: BillingContext,
  payout: VendorPayoutRow,
  end: { status: 'PAID' | 'FAILED'; externalId: string | null; failureReason: string | null },
): Promise<void> {
  await context.database.transaction(async (transaction) => {
    await lockAccount(transaction, payout.accountId)
    const { numUpdatedRows } = await transaction.query
      .updateTable('vendor_payout')
      .set({ ...end, completedAt: context.clock.now() })
      .where('id', '=', payout.id)
      .where('accountId', '=', payout.accountId)
      .where('status', '=', 'CREATING')
      .executeTakeFirstOrThrow()
    if (numUpdatedRows === 0n || end.status !== 'FAILED') return
    await enter(context, transaction, payout, 'PAYOUT_RETURNED')
    await mailManagers(context, transaction, payout.accountId, PAYOUT_FAILED_MAIL, payout)
  })
}

const payoutById = (database: Sql, accountId: string, id: string): Promise<VendorPayoutRow> =>
  database.query
    .selectFrom('vendor_payout')
    .selectAll()
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .executeTakeFirstOrThrow()

async function payableBalanceOf(database: Sql, vendorId: string, currency: string): Promise<number> {
  const { balance } = await database.query
    .selectFrom('earnings_entry')
    .select(sql<number>`coalesce(sum(amount_minor), 0)::bigint`.as('balance'))
    .where('vendorId', '=', vendorId)
    .where('currency', '=', currency)
    .executeTakeFirstOrThrow()
  return balance
}
