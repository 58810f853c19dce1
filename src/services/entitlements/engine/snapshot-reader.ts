import { createBatcher } from '#services/kernel/batcher/batcher.js'
import type { Timers } from '#services/kernel/time/timers.js'
import type { BusinessClock } from '#services/kernel/clock/business-clock.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { MemberRole } from '#entities/identity/member.entity.js'
import { findVersions, type AccountQuery, type AccountWithRole } from '#services/identity/accounts/account-reference.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { AccountSnapshot } from '../model/account-snapshot.js'
import { endReservations } from '../model/end-reservations.js'
import { projectSnapshot } from '../model/project-snapshot.js'
import { loadSnapshots } from '../snapshot/load-snapshot.js'
import { inPool } from '../model/for-sub-account.js'
import type { SnapshotCache } from './snapshot-cache.js'

/** Fields that decide whether a caller can see an account. */
export interface VisibleAccount {
  readonly id: string
  readonly memberRole: MemberRole | null
}

/** An account, the caller's role in it, and its current snapshot. */
export interface VisibleSnapshot {
  readonly account: VisibleAccount
  readonly snapshot: AccountSnapshot
}

/** Reads snapshots. Requests that arrive while a batch is read share the next batch. */
export interface SnapshotReader {
  /** In request order; null for a missing account. */
  read(questions: readonly AccountQuery[]): Promise<readonly (VisibleSnapshot | null)[]>
  /** Snapshots of accounts that were just read, by ID. Only those whose version is not the cached one are read. */
  readVersions(accounts: readonly VersionedAccount[]): Promise<ReadonlyMap<string, AccountSnapshot>>
}

/** An account with the version of its state. */
export type VersionedAccount = Pick<AccountWithRole, 'id' | 'version'>

/** While one batch is read, the other is answered: in lockstep the database and this process would only wait for each other. */
const CONCURRENT_READS = 2
const BATCH = 16

interface ReaderParts {
  readonly sql: Sql
  readonly catalog: { current(): CatalogSnapshot }
  readonly clock: BusinessClock
  readonly timers: Timers
  readonly remembered: SnapshotCache
}

export function createSnapshotReader(parts: ReaderParts): SnapshotReader {
  const batcher = createBatcher<readonly AccountQuery[], readonly (VisibleSnapshot | null)[]>({
    timers: parts.timers,
    runBatch: (calls) => answerAll(parts, calls),
    maxSize: BATCH,
    concurrency: CONCURRENT_READS,
  })
  return {
    read: (questions) => batcher.add(questions),
    readVersions: (accounts) => readVersions(parts, accounts),
  }
}

async function answerAll(
  parts: ReaderParts,
  calls: readonly (readonly AccountQuery[])[],
): Promise<(VisibleSnapshot | null)[][]> {
  const places = new Map<string, number>()
  const requested: AccountQuery[] = []
  const placeOf = (question: AccountQuery): number => {
    const name = `${question.userId ?? ''} ${question.reference}`
    const known = places.get(name)
    if (known !== undefined) return known
    places.set(name, requested.length)
    return requested.push(question) - 1
  }
  const wanted = calls.map((questions) => questions.map(placeOf))
  const answers = await answer(parts, requested)
  return wanted.map((ofCall) => ofCall.map((place) => answers[place] ?? null))
}

/** Finds the accounts and their snapshots. */
async function answer(parts: ReaderParts, requested: readonly AccountQuery[]): Promise<(VisibleSnapshot | null)[]> {
  const found = await findVersions(parts.sql, requested)
  const snapshots = await readVersions(
    parts,
    found.filter((account) => account !== null),
  )
  return found.map((account) => {
    const snapshot = account && snapshots.get(account.id)
    return snapshot ? { account, snapshot } : null
  })
}

const readVersions = async (
  parts: ReaderParts,
  accounts: readonly VersionedAccount[],
): Promise<Map<string, AccountSnapshot>> => withPools(parts, await readCurrent(parts, accounts))

async function readCurrent(
  { sql, remembered, clock, catalog: catalogs }: ReaderParts,
  accounts: readonly VersionedAccount[],
): Promise<Map<string, AccountSnapshot>> {
  const catalog = catalogs.current()
  const at = clock.now()
  const snapshots = new Map<string, AccountSnapshot>()
  const outdated = new Set<string>()
  for (const { id, version } of accounts) {
    const cached = remembered.get(id)
    if (cached?.version === version) snapshots.set(id, projectSnapshot(catalog, cached, at))
    else outdated.add(id)
  }
  if (outdated.size > 0)
    for (const [id, loaded] of await loadSnapshots(sql, catalog, [...outdated], at)) {
      remembered.set(loaded)
      snapshots.set(id, endReservations(loaded))
    }
  return snapshots
}

/** Adds the snapshots of the parents to those of sub-accounts. */
async function withPools(
  parts: ReaderParts,
  snapshots: Map<string, AccountSnapshot>,
): Promise<Map<string, AccountSnapshot>> {
  if (parts.catalog.current().pools.length === 0) return snapshots
  const subAccounts = [...snapshots.values()].filter(({ parentId }) => parentId !== null)
  if (subAccounts.length === 0) return snapshots
  const ids = [...new Set(subAccounts.map(({ parentId }) => parentId!))]
  const found = await findVersions(
    parts.sql,
    ids.map((reference) => ({ reference, userId: null })),
  )
  const parents = await readCurrent(
    parts,
    found.filter((account) => account !== null),
  )
  for (const one of subAccounts) {
    const parent = parents.get(one.parentId!)
    // The row of the sub-account decides: the list of the parent was read at another time.
    if (parent) snapshots.set(one.accountId, inPool(one, parent))
  }
  return snapshots
}
