import { isDeepStrictEqual } from 'node:util'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { BillingContext } from '../model/billing-context.js'
import { nextFence } from '../model/fetch-fence.js'
import type { PaymentPort } from '../providers/port.js'
import type { ProviderName } from '../providers/provider-name.js'
import type { FetchedSubscription } from '../providers/subscription-port.js'
import { applyUpdate, ownedUpdate } from './sync-subscription.js'

/** A member of our copy of a subscription that a sync would change. */
export interface SyncedDifference {
  /** Table and column, for example `subscription_item.quantity`. */
  readonly member: string
  readonly ours: unknown
  readonly theirs: unknown
}

/**
 * Tables of which a sync of a subscription writes rows that represent the state at the provider. All their columns are compared; a test
 * requires that a sync writes no other table than these and those that record what happened.
 */
export const SYNCED_TABLES = [
  'billing_subscription',
  'product_subscription',
  'subscription_item',
  'plan_assignment',
  'package_assignment',
  'template_ownership',
  'recurring_period',
] as const
type SyncedTable = (typeof SYNCED_TABLES)[number]

/** Columns that say which row it is, and which read wrote it. */
const OF_THE_ROW: ReadonlySet<string> = new Set(['id', 'fence', 'recordedAt', 'reopenedSeenAt'])

type Row = Readonly<Record<string, unknown>>

/** Differences that a sync would remove from our copy of a subscription and its entitlements: the sync runs and is not committed. */
export async function compareSync(
  context: BillingContext,
  port: PaymentPort,
  fetched: FetchedSubscription,
): Promise<SyncedDifference[]> {
  const update = await ownedUpdate(context, { port, fence: await nextFence(context.database), fetched })
  const of = { accountId: update.accountId, provider: port.provider, externalId: fetched.externalId }
  const compared = context.database.transaction(async (transaction) => {
    // An event that is committed between the two reads is no difference.
    await lockAccount(transaction, update.accountId)
    const before = await syncedRows(transaction, of)
    await applyUpdate(silent(context), transaction, update, { repairs: true })
    throw new NotCommitted(differencesOf(before, await syncedRows(transaction, of)))
  })
  return compared.catch((error: unknown) => {
    if (error instanceof NotCommitted) return error.differences
    throw error
  })
}

/** Context without a log, because an uncommitted change has not happened. */
const silent = (context: BillingContext): BillingContext =>
  Object.create(context, { log: { value: context.log.child({}, { level: 'silent' }), enumerable: true } })

class NotCommitted extends Error {
  constructor(readonly differences: SyncedDifference[]) {
    super('compared, not committed')
  }
}

/** Rows of a subscription by table and key. */
async function syncedRows(
  { query }: Transaction,
  { accountId, provider, externalId }: { accountId: string; provider: ProviderName; externalId: string },
): Promise<Map<string, Row>> {
  const rows = new Map<string, Row>()
  const note = (table: SyncedTable, found: readonly Row[], key: string) => {
    for (const row of found) rows.set(`${table} ${String(row[key])}`, row)
    return found
  }
  const found = []
  for (const table of ['billing_subscription', 'product_subscription'] as const)
    found.push(
      ...note(
        table,
        await query
          .selectFrom(table)
          .selectAll()
          .where('accountId', '=', accountId)
          .where('provider', '=', provider)
          .where('externalId', '=', externalId)
          .execute(),
        'externalId',
      ),
    )
  const ids = found.map(({ id }) => id as string)
  for (const table of ['subscription_item', 'recurring_period'] as const)
    note(
      table,
      await query
        .selectFrom(table)
        .selectAll()
        .where('accountId', '=', accountId)
        .where('subscriptionId', 'in', ids)
        .execute(),
      table === 'subscription_item' ? 'externalId' : 'startedAt',
    )
  for (const table of ['plan_assignment', 'package_assignment', 'template_ownership'] as const)
    note(
      table,
      await query
        .selectFrom(table)
        .selectAll()
        .where('accountId', '=', accountId)
        .where('sourceType', '=', 'subscription')
        .where('sourceId', 'in', ids)
        .execute(),
      'id',
    )
  return rows
}

function differencesOf(before: ReadonlyMap<string, Row>, after: ReadonlyMap<string, Row>): SyncedDifference[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])].toSorted()
  return keys.flatMap((key): SyncedDifference[] => {
    const [table = ''] = key.split(' ', 1)
    const [ours, theirs] = [before.get(key), after.get(key)]
    if (!ours || !theirs) return [{ member: table, ours: ours ?? null, theirs: theirs ?? null }]
    return Object.keys(theirs)
      .filter((column) => !OF_THE_ROW.has(column) && !isDeepStrictEqual(ours[column], theirs[column]))
      .map((column) => ({ member: `${table}.${column}`, ours: ours[column], theirs: theirs[column] }))
  })
}
