import { isDeepStrictEqual } from 'node:util'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import { rowsOfSubscription, type SyncedRows } from '../book/our-subscription.js'
import type { BillingContext } from '../model/billing-context.js'
import { nextFence } from '../model/fetch-fence.js'
import type { PaymentPort } from '../providers/port.js'
import type { FetchedSubscription } from '../providers/subscription-port.js'
import { applyUpdate, ownedUpdate } from './sync-subscription.js'

/** A member of our copy of a subscription that a sync would change. */
export interface SyncedDifference {
  /** Table and column, for example `subscription_item.quantity`. */
  readonly member: string
  readonly ours: unknown
  readonly theirs: unknown
}

/** Columns that say which row it is, and which read wrote it. */
const OF_THE_ROW: ReadonlySet<string> = new Set(['id', 'fence', 'recordedAt', 'reopenedSeenAt'])

/** Differences that a sync would remove from our copy of a subscription and its entitlements: the sync runs and is not committed. */
export async function compareSync(
  context: BillingContext,
  port: PaymentPort,
  fetched: FetchedSubscription,
): Promise<SyncedDifference[]> {
  const update = await ownedUpdate(context, { port, fence: await nextFence(context.database), fetched })
  const compared = context.database.transaction(async (transaction) => {
    // An event that is committed between the two reads is no difference.
    await lockAccount(transaction, update.accountId)
    const before = await rowsOfSubscription(transaction, update)
    await applyUpdate(silent(context), transaction, update, { repairs: true })
    throw new NotCommitted(differencesOf(before, await rowsOfSubscription(transaction, update)))
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

function differencesOf(before: SyncedRows, after: SyncedRows): SyncedDifference[] {
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
