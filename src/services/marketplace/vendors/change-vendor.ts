import { sql, type UpdateObject } from 'kysely'
import type { Tables } from '#entities/tables.js'
import { isOneLine } from '#services/kernel/text/one-line.js'
import type { VendorRow } from '#entities/marketplace/vendor.entity.js'
import { recordAudit } from '#services/kernel/audit/audit.js'
import { violatedConstraint, type Transaction } from '#services/kernel/database/database.js'
import { isPostgresSafe } from '#services/kernel/database/postgres-safe-json.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { denied, type Denied } from '#services/kernel/idempotency/idempotent-mutation.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { mayAccess } from '#services/identity/guard/access-rules.js'
import { requireAccount, requireOperator } from '#services/identity/guard/guard.js'
import type { BillingContext } from '#services/billing/billing-context.js'
import { transfers } from '../payouts/pay-out-vendor.js'
import { ensureVendor } from './ensure-vendor.js'
import { vendorById } from './vendor-access.js'

export type VendorOutcome = { readonly kind: 'vendor'; readonly vendor: VendorRow } | Denied

export interface VendorProfile {
  readonly accountId?: string | null
  readonly name?: string | null
  readonly description?: string | null
  readonly website?: string | null
}

const MAX_LENGTHS = { name: 90, description: 2_000, website: 300 }

/** Updates a vendor profile. A new name is a new identity and removes the verification. */
export async function updateVendorProfile(context: BillingContext, input: VendorProfile): Promise<VendorOutcome> {
  const account = await requireAccount(context, input.accountId, 'marketplace:publish')
  if (!mayAccess(context.caller, '/templates', 'POST'))
    throw new AppError('FORBIDDEN', 'Publishing templates requires the role vendor, developer or operator.')
  const fault = validateProfile(input)
  if (fault) return denied(fault)
  try {
    return await context.database.transaction(async (transaction) => {
      await lockAccount(transaction, account.id)
      const before = await ensureVendor(transaction, account, context.clock.now())
      const name = input.name?.trim() || before.name
      const vendor = await updateVendor(transaction, before.id, {
        name,
        description: input.description === undefined ? before.description : input.description?.trim() || null,
        website: input.website === undefined ? before.website : input.website?.trim() || null,
        verified: sql<boolean>`verified and name = ${name}`,
      })
      await publish(context, transaction, vendor, { type: 'vendor.updated', summary: 'The profile was changed.' })
      return { kind: 'vendor', vendor }
    })
  } catch (error) {
    if (violatedConstraint(error) !== 'vendor_name') throw error
    return denied(refused('INVALID_PARAMETERS', 'Another vendor already has this name.', { field: 'name' }))
  }
}

function validateProfile(input: VendorProfile): Refused | null {
  for (const field of ['name', 'description', 'website'] as const) {
    const value = input[field]
    if (value && (value.length > MAX_LENGTHS[field] || !isPostgresSafe(value)))
      return refused('INVALID_PARAMETERS', `The text must be at most ${MAX_LENGTHS[field]} characters long.`, { field })
  }
  if (input.name && !isOneLine(input.name.trim()))
    return refused('INVALID_PARAMETERS', 'name must be a single line.', { field: 'name' })
  if (input.website && !(URL.canParse(input.website) && new URL(input.website).protocol === 'https:'))
    return refused('INVALID_URL', 'website must be an https URL.', { field: 'website' })
  return null
}

/** An operator has checked who a vendor is, or takes that back. */
export async function verifyVendor(
  context: BillingContext,
  vendorId: string,
  verified: boolean,
): Promise<VendorOutcome> {
  requireOperator(context, 'ops:write')
  return change(context, vendorId, async (transaction, vendor) => {
    const now = await updateVendor(transaction, vendor.id, { verified })
    const type = verified ? 'vendor.verified' : 'vendor.unverified'
    const summary = verified ? 'The vendor was verified by an operator.' : 'The vendor is no longer verified.'
    await publish(context, transaction, now, { type, summary })
    return now
  })
}

/** An operator says where a vendor's transfers go: a connected account of the provider that exists. Null: nowhere. */
export async function setPayoutAccount(
  context: BillingContext,
  vendorId: string,
  payoutAccountId: string | null,
): Promise<VendorOutcome> {
  requireOperator(context, 'ops:write')
  if (payoutAccountId !== null) {
    const port = transfers(context)
    if (!port)
      return denied(
        refused('PROVIDER_UNAVAILABLE', 'Transfers are disabled (VENDOR_PAYOUTS is not stripe).', {
          field: 'payoutAccountId',
        }),
      )
    if (!/^acct_\w{1,100}$/.test(payoutAccountId) || !(await port.fetchPayee(payoutAccountId)))
      return denied(
        refused('INVALID_PARAMETERS', 'Payout account not found at the provider.', { field: 'payoutAccountId' }),
      )
  }
  try {
    return await change(context, vendorId, async (transaction, vendor) => {
      const now = await updateVendor(transaction, vendor.id, { payoutAccountId })
      await publish(context, transaction, now, {
        type: 'vendor.payout_account_changed',
        summary: 'Where your share is sent was changed.',
      })
      return now
    })
  } catch (error) {
    if (violatedConstraint(error) !== 'vendor_payout_account') throw error
    return denied(
      refused('INVALID_PARAMETERS', 'This payout account belongs to another vendor.', { field: 'payoutAccountId' }),
    )
  }
}

async function change(
  context: BillingContext,
  vendorId: string,
  work: (transaction: Transaction, vendor: VendorRow) => Promise<VendorRow>,
): Promise<VendorOutcome> {
  const seen = await vendorById(context.database, vendorId)
  if (!seen) throw new AppError('NOT_FOUND', 'Vendor not found.')
  return context.database.transaction(async (transaction) => {
    if (seen.accountId) await lockAccount(transaction, seen.accountId)
    return { kind: 'vendor', vendor: await work(transaction, seen) }
  })
}

const updateVendor = (
  transaction: Transaction,
  id: string,
  change: UpdateObject<Tables, 'vendor'>,
): Promise<VendorRow> =>
  transaction.query.updateTable('vendor').set(change).where('id', '=', id).returningAll().executeTakeFirstOrThrow()

async function publish(
  context: BillingContext,
  transaction: Transaction,
  vendor: VendorRow,
  { type, summary }: { type: string; summary: string },
): Promise<void> {
  const { name, verified, payoutAccountId } = vendor
  const data = {
    vendorId: vendor.id,
    name,
    verified,
    ...(type === 'vendor.payout_account_changed' ? { payoutAccountId } : {}),
  }
  const subject = { __typename: 'Vendor', id: vendor.id }
  if (vendor.accountId)
    await recordAccountEvent(transaction, vendor.accountId, context.clock.now(), { type, summary, subject, data })
  const { principal: actor } = context.caller
  await recordAudit(transaction, { accountId: vendor.accountId, actor, action: type, object: vendor.id, details: data })
}
