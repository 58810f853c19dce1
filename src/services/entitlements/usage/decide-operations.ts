import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { denied } from '#services/kernel/result/denied.js'
import type { AccountSnapshot } from '../model/account-snapshot.js'
import type { AccountChange, ChangeEvent, OperationKey, ReplayedOperation } from '../persist/account-change.js'
import { AccountDraft } from './account-draft.js'
import { decideAllocation } from './decide-allocation.js'
import { decideConsume } from './decide-consume.js'
import { decideCommit } from './decide-commit.js'
import { decideExtension } from './decide-extension.js'
import { decideRelease, decideReserve } from './decide-reservation.js'
import { decideRoute } from '../model/decide-route.js'
import type { RequestedOperation, Operation, Outcome } from './usage-operation.js'
import { idempotencyMismatch } from '../model/usage-denials.js'
import { releaseExpired, type Returned } from './release-expired.js'

/** Result of operations on one account: their outcomes, the rows to write, and the snapshot afterwards. */
export interface Decided {
  readonly outcomes: readonly Outcome[]
  readonly change: AccountChange
  readonly snapshot: AccountSnapshot
}

/**
 * Pure: decides operations on one account one after another, in order of arrival. Expired units are returned first, so
 * that expiry is exact, no matter whether the caller or the scheduler is first.
 */
export function decideOperations(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  requested: readonly RequestedOperation[],
): Decided {
  const draft = new AccountDraft(catalog, snapshot)
  // Before anything is used: the balance can have risen since the last use.
  draft.compareBalances(catalog)
  const returned = releaseExpired(draft)
  draft.compareBalances(catalog)
  const done = new Map<string, { request: string; outcome: Outcome }>()
  const outcomes = requested.map((one, index): Outcome => {
    const away = decideRoute(catalog, draft.snapshot, one.operation)
    if (away) return away
    const key = keyOf(one.operation)
    if (!key) return decide(catalog, draft, one, index)
    const name = nameOf(key)
    // Later operations with the same key are repetitions of the same call.
    if (one.known) done.set(name, { request: one.known.request, outcome: replayOf(one.known) })
    const earlier = done.get(name)
    if (earlier) return earlier.request === key.request ? asRepeated(earlier.outcome) : denied(idempotencyMismatch())
    const outcome = decide(catalog, draft, one, index)
    draft.compareBalances(catalog)
    const { principal, mutation } = key
    draft.keyProbes.push({ index, principal, mutation, key: key.key })
    if (outcome.kind !== 'denied') done.set(name, { request: key.request, outcome })
    return outcome
  })
  const event = eventOf(draft, returned)
  return { outcomes, change: draft.change(event), snapshot: event ? draft.snapshotAfter() : snapshot }
}

function decide(catalog: CatalogSnapshot, draft: AccountDraft, one: RequestedOperation, index: number): Outcome {
  const { operation } = one
  switch (operation.kind) {
    case 'consume':
      return decideConsume(catalog, draft, operation)
    case 'reserve':
      return decideReserve(catalog, draft, operation)
    case 'commit':
      return decideCommit(catalog, draft, operation, { isCommitted: one.held === false, index })
    case 'extend':
      return decideExtension(catalog, draft, operation)
    case 'release':
      return decideRelease(catalog, draft, operation)
    case 'allocate':
    case 'deallocate':
      return decideAllocation(catalog, draft, operation, { held: one.held, index })
    case 'sweep':
      return { kind: 'swept' }
  }
}

const keyOf = (operation: Operation): OperationKey | null => ('key' in operation ? operation.key : null)

/** Two callers and two mutations may use the same key. */
const nameOf = ({ principal, mutation, key }: OperationKey): string => JSON.stringify([principal, mutation, key])

/** The outcome of a call that arrived together with an earlier one of the same key. */
const asRepeated = (outcome: Outcome): Outcome =>
  outcome.kind === 'consumed' ? { ...outcome, isRepeated: true } : outcome

/** The outcome of a call whose key was used before. */
const replayOf = ({ version, operationNo }: ReplayedOperation): Outcome => ({ kind: 'repeated', version, operationNo })

function eventOf(draft: AccountDraft, { rollovers, ...returned }: Returned): ChangeEvent | null {
  const { features, operations } = draft.moved
  const data = { features: [...features], operations, ...returned }
  // Frequent usage events are read from the stream and not sent out.
  if (operations > 0) return { type: 'usage.recorded', summary: 'Entitlements were used.', data }
  if (rollovers > 0)
    return {
      type: 'credits.rolled_over',
      summary: 'Unused units have rolled over.',
      data: { ...data, rollovers },
      outbox: true,
    }
  if (returned.grants > 0) return { type: 'credits.expired', summary: 'Credits have expired.', data, outbox: true }
  if (returned.holds > 0)
    return { type: 'reservation.expired', summary: 'A reservation has expired.', data, outbox: true }
  if (draft.watches.crossedFeatures.size > 0)
    return {
      type: 'balance.level_changed',
      summary: 'A balance fell below a level, or rose to it again.',
      data: { features: [...draft.watches.crossedFeatures] },
    }
  return null
}
