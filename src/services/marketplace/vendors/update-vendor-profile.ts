import { sql } from 'kysely'
import { isOneLine } from '#services/kernel/text/one-line.js'
import { violatedConstraint } from '#services/kernel/database/database.js'
import { isPostgresSafe } from '#services/kernel/database/postgres-safe-json.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { denied } from '#services/kernel/idempotency/idempotent-mutation.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import { mayAccess } from '#services/identity/guard/access-rules.js'
import { requireAccount } from '#services/identity/guard/guard.js'
import type { BillingContext } from '#services/billing/billing-context.js'
import { ensureVendor } from './ensure-vendor.js'
import { type VendorOutcome, updateVendor, publishVendorEvent } from './change-vendor.js'

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
      await publishVendorEvent(context, transaction, vendor, {
        type: 'vendor.updated',
        summary: 'The profile was changed.',
      })
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
