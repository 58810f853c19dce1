import { createBatcher, type Batcher } from '#services/kernel/batcher/batcher.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { RequestedOperation, Operation } from '../usage/usage-operation.js'
import { decideOperations, type Decided } from '../usage/decide-operations.js'
import type { AccountSnapshot } from '../model/account-snapshot.js'
import { mayHaveRolledOver, presentSnapshot } from '../model/rollover.js'
import { isExtended, loadSnapshots } from '../snapshot/load-snapshot.js'
import { snapshotParameters, toSnapshot } from '../snapshot/to-snapshot.js'
import type { ReplayedOperation, PersistResult } from '../persist/account-change.js'
import { isLockTimeout } from '#services/kernel/errors/connection-failure.js'
import { persistChanges } from '../persist/persist-changes.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { OperationResult, EngineParts } from './engine.js'
import { findFreeAccounts, lockAccounts, setLockTimeout } from './engine.sql.js'
import { createLockedAccounts, type LockedAccounts } from './locked-accounts.js'
import type { ConflictHistory } from './conflict-history.js'
import type { SnapshotCache } from './snapshot-cache.js'

/** An operation for an account. */
export interface OperationRequest {
  readonly accountId: string
  readonly operation: Operation
}

export type OperationBatcher = Pick<Batcher<OperationRequest, OperationResult>, 'add' | 'onIdle'>

interface OperationBatcherParts extends EngineParts {
  readonly remembered: SnapshotCache
  readonly conflicts: ConflictHistory
}

/** A batch waits no longer for a locked account. After that the account waits alone. */
export const LOCK_MS = 250
/** Maximum wait for the lock in one turn in line. */
const IN_LINE_MS = 2_000

/** Operations of one account in a batch, and the snapshots loaded for them. */
interface AccountGroup {
  readonly accountId: string
  readonly items: { readonly operation: Operation; readonly answer: (answer: OperationResult) => void }[]
  readonly known: Map<number, ReplayedOperation>
  readonly held: Map<number, boolean>
  /** Snapshot that the last statement returned because the account had a later version. Null if it returned none. */
  current: { readonly snapshot: AccountSnapshot; readonly catalog: CatalogSnapshot } | null
}

const BATCH = 64
/**
 * Rounds with optimistic concurrency before falling back to row locks. A round repeats when the account version has
 * changed.
 */
const ROUNDS = 3

/** One statement in flight at a time: an account's operations keep the order in which they arrived. */
export function createOperationBatcher(parts: OperationBatcherParts): OperationBatcher {
  const locked: LockedAccounts = createLockedAccounts({
    timers: parts.timers,
    findFree: (accountIds) => findFree(parts.sql, accountIds),
    persist: (request) => batcher.add(request),
    persistInLine: async (requested) => {
      const answers: OperationResult[] = []
      completeGroups(parts, await persistUnderLock(parts, groupByAccount(requested, answers), IN_LINE_MS))
      return answers
    },
  })
  const batcher = createBatcher<OperationRequest, OperationResult>({
    timers: parts.timers,
    maxSize: BATCH,
    runBatch: (requested) => persistUnlocked(parts, locked, requested),
  })
  return {
    add: (request) => (locked.has(request.accountId) ? locked.wait(request) : batcher.add(request)),
    onIdle: async () => {
      await batcher.onIdle()
      await locked.idle()
      await batcher.onIdle()
    },
  }
}

/** A result, or a promise of one. */
type Answers = (OperationResult | Promise<OperationResult> | undefined)[]

/** Runs the operations of accounts that are not locked. The others wait separately. */
async function persistUnlocked(
  parts: OperationBatcherParts,
  locked: LockedAccounts,
  requested: readonly OperationRequest[],
): Promise<(OperationResult | Promise<OperationResult>)[]> {
  const answers: Answers = requested.map((one) => (locked.has(one.accountId) ? locked.wait(one) : undefined))
  for (let attempt = 1; ; attempt++) {
    try {
      await runBatch(parts, requested, answers)
      return answers as (OperationResult | Promise<OperationResult>)[]
    } catch (error) {
      const left = requested.filter((_, index) => answers[index] === undefined)
      const held = isLockTimeout(error) ? await findHeld(parts.sql, left) : new Set<string>()
      // Operations that were committed before the failure must not run again, so the batch cannot be split.
      if (held.size === 0 && left.length === requested.length) throw error
      const isOver = attempt === ROUNDS || !isLockTimeout(error)
      requested.forEach((one, index) => {
        if (answers[index] !== undefined) return
        if (held.has(one.accountId)) answers[index] = locked.wait(one)
        else if (isOver) answers[index] = failed(error)
      })
    }
  }
}

/** Returns the locked accounts. If only one account was requested, it is the locked one. */
async function findHeld(sql: Sql, requested: readonly OperationRequest[]): Promise<Set<string>> {
  const accountIds = new Set(requested.map(({ accountId }) => accountId))
  if (accountIds.size === 1) return accountIds
  const free = await findFree(sql, [...accountIds])
  return new Set([...accountIds].filter((accountId) => !free.has(accountId)))
}

/** The failure of one operation. Its caller receives it together with the other results of the batch. */
function failed(error: unknown): Promise<OperationResult> {
  const failure = new Promise<OperationResult>((_, reject) => reject(error))
  void hearLater(failure)
  return failure
}

/** A promise that fails shortly before it is awaited must not count as unhandled. */
const hearLater = async (failure: Promise<unknown>): Promise<void> => void (await failure.catch(() => undefined))

/** Returns the accounts that are not locked now. */
async function findFree(sql: Sql, accountIds: readonly string[]): Promise<Set<string>> {
  const rows = await sql.rows(findFreeAccounts, { accountIds })
  return new Set(rows.map(({ id }) => id))
}

/** Fills in the missing results. */
async function runBatch(
  parts: OperationBatcherParts,
  requested: readonly OperationRequest[],
  answers: Answers,
): Promise<void> {
  let groups = groupByAccount(requested, answers)
  for (let round = 0; round < ROUNDS && groups.length > 0; round++) {
    const { done, again } = await persistRound(parts, parts.sql, groups, { reload: round > 0 })
    completeGroups(parts, done)
    groups = again
  }
  if (groups.length > 0) completeGroups(parts, await persistUnderLock(parts, groups))
}

function groupByAccount(requested: readonly OperationRequest[], answers: Answers): AccountGroup[] {
  const groups = new Map<string, AccountGroup>()
  requested.forEach(({ accountId, operation }, index) => {
    if (answers[index] !== undefined) return
    let group = groups.get(accountId)
    if (!group)
      groups.set(accountId, (group = { accountId, items: [], known: new Map(), held: new Map(), current: null }))
    group.items.push({ operation, answer: (answer) => void (answers[index] = answer) })
  })
  return [...groups.values()]
}

/** A group whose outcomes are final as soon as the statement, or the transaction around it, is. */
interface Done {
  readonly group: AccountGroup
  /** Null: there is no such account. */
  readonly decided: Decided | null
}

/** Decides every group on its snapshot and persists all of them. `again` contains those whose version was outdated. */
async function persistRound(
  parts: OperationBatcherParts,
  sql: Sql,
  groups: readonly AccountGroup[],
  { reload }: { reload: boolean },
): Promise<{ done: Done[]; again: AccountGroup[] }> {
  const catalog = parts.catalog.current()
  const at = parts.clock.now()
  const snapshot = await snapshotOf(parts, sql, groups, { at, reload })
  const present = groups.filter(({ accountId }) => snapshot.has(accountId))
  const done: Done[] = groups
    .filter(({ accountId }) => !snapshot.has(accountId))
    .map((group) => ({ group, decided: null }))
  if (present.length === 0) return { done, again: [] }
  const decided = present.map((group) =>
    decideOperations(catalog, presentSnapshot(catalog, snapshot.get(group.accountId)!, at), requestedOperations(group)),
  )
  const completed = await persistChanges(
    sql,
    decided.map(({ change }) => change),
    parts.conflicts.isExpected() ? { ...snapshotParameters(catalog, at), isExtended: isExtended(catalog) } : null,
  )
  const again: AccountGroup[] = []
  present.forEach((group, index) => {
    const result = completed[index]!
    if (isFinal(result)) {
      done.push({ group, decided: decided[index]! })
      return
    }
    parts.remembered.evict(group.accountId)
    for (const known of result.replays) group.known.set(known.index, known)
    for (const { index: item, held } of result.staleAllocations) group.held.set(item, held)
    const returned = result.current && toSnapshot(result.current, catalog, at)
    // Units that rolled over are read with a snapshot, and not returned with one.
    group.current =
      returned && !mayHaveRolledOver(returned, returned.createdAt) ? { snapshot: returned, catalog } : null
    again.push(group)
  })
  parts.conflicts.record(completed.some(isOutdated))
  return { done, again }
}

/**
 * Caches, returns and publishes committed changes. Never before the commit: a snapshot of a rolled-back version could
 * be mistaken for that of another change with the same version.
 */
function completeGroups({ remembered, notifier }: OperationBatcherParts, done: readonly Done[]): void {
  const changed: string[] = []
  for (const { group, decided } of done) {
    if (decided) remembered.set(decided.snapshot)
    group.items.forEach(({ answer }, item) => answer(decided ? decided.outcomes[item]! : { kind: 'no account' }))
    if (decided?.change.event) changed.push(group.accountId)
  }
  if (changed.length > 0) notifier.notifyDebounced(changed)
}

/** An outcome counts when its facts were proved; what was to be written is written then. */
const isFinal = ({ applied, replays, staleAllocations }: PersistResult): boolean =>
  applied && replays.length === 0 && staleAllocations.length === 0

/** True if the account had another version than the change was decided on. */
const isOutdated = ({ applied, replays, staleAllocations }: PersistResult): boolean =>
  !applied && replays.length === 0 && staleAllocations.length === 0

const requestedOperations = ({ items, known, held }: AccountGroup): RequestedOperation[] =>
  items.map(({ operation }, index) => ({
    operation,
    known: known.get(index) ?? null,
    held: held.get(index) ?? null,
  }))

/** Snapshots of the accounts: as the last statement returned them, from the cache, or from the database. */
async function snapshotOf(
  parts: OperationBatcherParts,
  sql: Sql,
  groups: readonly AccountGroup[],
  { at, reload }: { at: Date; reload: boolean },
): Promise<Map<string, AccountSnapshot>> {
  const catalog = parts.catalog.current()
  const snapshot = new Map<string, AccountSnapshot>()
  const missing: string[] = []
  for (const { accountId, current } of groups) {
    const returned = current?.catalog === catalog ? current.snapshot : undefined
    const known = returned ?? (reload ? undefined : parts.remembered.get(accountId))
    if (known) snapshot.set(accountId, known)
    else missing.push(accountId)
  }
  if (missing.length > 0)
    for (const [accountId, loaded] of await loadSnapshots(sql, catalog, missing, at)) snapshot.set(accountId, loaded)
  return snapshot
}

/** The last resort, for accounts that others keep changing: their locks first, then their facts, in one transaction. */
function persistUnderLock(
  parts: OperationBatcherParts,
  groups: readonly AccountGroup[],
  lockMs = LOCK_MS,
): Promise<Done[]> {
  return parts.database.transaction(async (transaction) => {
    await transaction.run(setLockTimeout, { timeout: `${lockMs}ms` })
    await transaction.rows(lockAccounts, { accountIds: groups.map(({ accountId }) => accountId).toSorted() })
    // A snapshot of an earlier statement is older than the locks.
    for (const group of groups) group.current = null
    // A key that was used before is found in the first round, and leaves nothing to be found in the second.
    const done: Done[] = []
    let left: readonly AccountGroup[] = groups
    for (let round = 0; round < ROUNDS && left.length > 0; round++) {
      const completed = await persistRound(parts, transaction, left, { reload: true })
      done.push(...completed.done)
      left = completed.again
    }
    if (left.length > 0) throw new Error(`accounts changed despite their locks: ${left.map(nameOf).join(', ')}`)
    return done
  })
}

const nameOf = ({ accountId }: AccountGroup): string => accountId
