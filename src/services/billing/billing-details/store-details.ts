import type { AccountRow, StoredBillingDetails } from '#entities/identity/account.entity.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import { jsonb } from '#services/kernel/database/query-builder.js'
import { accountOfCustomer } from '../customers/ensure-customer.js'
import { providerOf, type BillingContext } from '../model/billing-context.js'
import type { ProviderName } from '../model/port.js'

export const NO_DETAILS: StoredBillingDetails = {
  name: null,
  address: null,
  taxIds: [],
  taxExemption: 'NONE',
  purchaseOrder: null,
}

/** Stores what a customer has at the provider, where the customer or a portal changed it. */
export async function syncBillingDetails(
  context: BillingContext,
  provider: ProviderName,
  customerId: string,
): Promise<string[]> {
  const owner = await accountOfCustomer(context, provider, customerId)
  const details = owner && (await providerOf(context, provider).customers?.fetchDetails(customerId))
  if (!details) return []
  const { changed } = await storeDetails(context, owner.accountId, details, { actor: `provider:${provider}` })
  return changed.length > 0 ? [`billing details changed: ${changed.join(', ')}`] : []
}

interface DetailsChange {
  readonly actor: string
  readonly reason?: string | undefined
  /** Details that the caller changed. The event of the provider can have stored the new ones before. Default: the stored ones. */
  readonly known?: StoredBillingDetails
}

/** Stores billing details, and records which of them changed. */
export async function storeDetails(
  context: BillingContext,
  accountId: string,
  details: StoredBillingDetails,
  { actor, reason, known }: DetailsChange,
): Promise<{ readonly row: AccountRow; readonly changed: readonly string[] }> {
  const at = context.clock.now()
  return context.database.transaction(async (transaction) => {
    await lockAccount(transaction, accountId)
    const rows = transaction.query.selectFrom('account').selectAll().where('id', '=', accountId)
    const before = await rows.executeTakeFirstOrThrow()
    const changed = changedFields(known ?? before.billingDetails ?? NO_DETAILS, details)
    if (changed.length === 0) return { row: before, changed }
    await transaction.query
      .updateTable('account')
      .set({ billingDetails: jsonb(details) })
      .where('id', '=', accountId)
      .execute()
    await recordAccountEvent(transaction, accountId, at, {
      type: 'invoice.details_changed',
      summary: 'The billing details were changed.',
      data: { fields: changed, by: actor },
    })
    // The values are personal data, which the audit log does not repeat.
    await recordChange(transaction, {
      accountId,
      actor,
      action: 'invoice.details_changed',
      object: accountId,
      details: { fields: changed, ...(reason === undefined ? {} : { reason }) },
    })
    return { row: await rows.executeTakeFirstOrThrow(), changed }
  })
}

const changedFields = (before: StoredBillingDetails, after: StoredBillingDetails): (keyof StoredBillingDetails)[] =>
  (Object.keys(NO_DETAILS) as (keyof StoredBillingDetails)[]).filter(
    (field) => JSON.stringify(ordered(before[field] ?? null)) !== JSON.stringify(ordered(after[field] ?? null)),
  )

/** The database returns the members of an object in an order of its own. */
const ordered = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(ordered)
    : typeof value === 'object' && value !== null
      ? Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1))
      : value
