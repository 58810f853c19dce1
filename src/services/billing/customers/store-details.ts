import type { AccountRow, StoredBillingDetails } from '#entities/identity/account.entity.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import { jsonb } from '#services/kernel/database/query-builder.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { accountOfCustomer } from './ensure-customer.js'
import type { BillingContext } from '../model/billing-context.js'
import type { PaymentPort } from '../providers/port.js'

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
  port: PaymentPort,
  customerId: string,
): Promise<string[]> {
  const owner = await accountOfCustomer(context, port.provider, customerId)
  if (!owner) return []
  const read = async () => (await port.customers?.fetchDetails(customerId)) ?? null
  const { changed } = await storeDetails(context, owner.accountId, read, { actor: `provider:${port.provider}` })
  return changed.length > 0 ? [`billing details changed: ${changed.join(', ')}`] : []
}

interface DetailsChange {
  readonly actor: string
  readonly reason?: string | undefined
  /** Details that the caller changed. The event of the provider can have stored the new ones before. Default: the stored ones. */
  readonly known?: StoredBillingDetails
}

/** Reads billing details at the provider, stores them, and records which of them changed. Details that do not exist change nothing. */
export async function storeDetails(
  context: BillingContext,
  accountId: string,
  read: () => Promise<StoredBillingDetails | null>,
  change: DetailsChange,
): Promise<{ readonly row: AccountRow; readonly changed: readonly string[] }> {
  for (;;) {
    const { billingDetails } = await accountOf(context.database, accountId).executeTakeFirstOrThrow()
    const stored = await storeUnlessChanged(
      context,
      accountId,
      { before: billingDetails, details: await read() },
      change,
    )
    if (stored) return stored
  }
}

/** Stores details that were read after `before`. Null if other ones were stored since then, which can be later than those that were read. */
async function storeUnlessChanged(
  context: BillingContext,
  accountId: string,
  { before: readAfter, details }: { before: StoredBillingDetails | null; details: StoredBillingDetails | null },
  { actor, reason, known }: DetailsChange,
) {
  const at = context.clock.now()
  return context.database.transaction(async (transaction) => {
    await lockAccount(transaction, accountId)
    const rows = accountOf(transaction, accountId)
    const before = await rows.executeTakeFirstOrThrow()
    if (changedFields(readAfter ?? NO_DETAILS, before.billingDetails ?? NO_DETAILS).length > 0) return null
    if (!details) return { row: before, changed: [] }
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

const accountOf = ({ query }: Sql, accountId: string) =>
  query.selectFrom('account').selectAll().where('id', '=', accountId)

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
