import type { UpdateVendorProfileArgs, VendorProfileChangesInput } from '#schema/marketplace/vendor-mutations.type.js'
import { sql } from 'kysely'
import { isOneLine } from '#services/kernel/text/one-line.js'
import { violatedConstraint } from '#services/kernel/database/database.js'
import { isPostgresSafe } from '#services/kernel/database/postgres-safe-json.js'
import type { DenialCode } from '#services/kernel/codes/codes.js'
import { refused, refusedInput, type InputIssue, type Refused } from '#services/kernel/denials/denial.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied } from '#services/kernel/result/denied.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import { mayAccess } from '#services/identity/guard/access-rules.js'
import { requireAccount } from '#services/identity/model/guard.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { ensureVendor } from './ensure-vendor.js'
import {
  type ChangedVendor,
  type VendorOutcome,
  presentVendor,
  publishVendorEvent,
  updateVendor,
} from './change-vendor.js'

const MAX_LENGTHS = { name: 90, description: 2_000, website: 300 }

/** Updates a vendor profile. A new name is a new identity and removes the verification. */
export async function updateVendorProfile(
  context: BillingContext,
  input: UpdateVendorProfileArgs,
): Promise<VendorOutcome> {
  const account = await requireAccount(context, input.accountId, 'marketplace:publish')
  if (!mayAccess(context.caller, '/templates:POST'))
    throw new AppError('FORBIDDEN', 'Publishing templates requires the role vendor, developer or operator.')
  const { changes } = input
  const fault = validateProfile(changes)
  if (fault) return denied(fault)
  try {
    return await runIdempotent<ChangedVendor>(context.database, {
      scope: idempotencyScope(context.caller, account.id, 'updateVendorProfile', input.idempotencyKey),
      request: { ...input, accountId: account.id },
      replay: (transaction, { id }) => presentVendor(transaction, id),
      execute: async (transaction) => {
        await lockAccount(transaction, account.id)
        const before = await ensureVendor(transaction, account, context.clock.now())
        const name = changes.name?.trim() ?? before.name
        const vendor = await updateVendor(transaction, before.id, {
          name,
          description: changes.description === undefined ? before.description : changes.description?.trim() || null,
          website: changes.website === undefined ? before.website : changes.website?.trim() || null,
          verified: sql<boolean>`verified and name = ${name}`,
        })
        await publishVendorEvent(context, transaction, vendor, {
          type: 'vendor.updated',
          summary: 'The profile was changed.',
        })
        return { value: { kind: 'vendor', vendor }, reference: { __typename: 'Vendor', id: vendor.id } }
      },
    })
  } catch (error) {
    if (violatedConstraint(error) !== 'vendor_name') throw error
    return denied(refused('INVALID_PARAMETERS', 'Another vendor already has this name.', { field: 'changes.name' }))
  }
}

function validateProfile(changes: VendorProfileChangesInput): Refused | null {
  const issues: InputIssue[] = []
  const add = (field: string, message: string, code: DenialCode = 'INVALID_PARAMETERS') =>
    issues.push({ path: ['changes', field], code, message })
  for (const field of ['name', 'description', 'website'] as const) {
    const value = changes[field]
    if (value && (value.length > MAX_LENGTHS[field] || !isPostgresSafe(value)))
      add(field, `The text must be at most ${MAX_LENGTHS[field]} characters long.`)
  }
  const { name, website } = changes
  if (name !== undefined && !(name?.trim() && isOneLine(name.trim()))) add('name', 'name must be a single line.')
  if (website && !(URL.canParse(website) && new URL(website).protocol === 'https:'))
    add('website', 'website must be an https URL.', 'INVALID_URL')
  const [first, ...rest] = issues
  return first ? refusedInput([first, ...rest]) : null
}
