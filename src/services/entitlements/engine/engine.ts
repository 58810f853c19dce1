import { LRUCache } from 'lru-cache'
import type { BusinessClock } from '../../kernel/clock/business-clock.js'
import type { Database } from '../../kernel/database/database.js'
import type { Sql } from '../../kernel/database/sql.js'
import type { Logger } from '../../kernel/logger/logger.js'
import type { News } from '../../kernel/news/news.js'
import type { CatalogSnapshot } from '../../catalog/snapshot/catalog-snapshot.js'
import type { Operation, Outcome } from '../act/operation.js'
import type { RightsFacts } from '../rights/facts.js'
import { createLane, type Lane } from './lane.js'

/** Facts of so many accounts are remembered; the least recently used are forgotten first. */
const REMEMBERED_ACCOUNTS = 20_000
const LANES = 2

/** What an operation came to: its outcome, or that there is no such account. */
export type Answer = Outcome | { readonly kind: 'no account' }

/**
 * Where units are used: what arrives while a statement is in flight is decided and settled together by the next one, in the order of
 * arrival within each account. An answer is given when it is durable.
 */
export interface EntitlementEngine {
  run(accountId: string, operation: Operation): Promise<Answer>
  /** What is remembered of accounts: true for whoever proves the version. */
  readonly remembered: RememberedFacts
  /** Resolves when everything that was asked so far is answered. */
  idle(): Promise<void>
}

/** Facts by account. They are believed exactly as far as a statement proves their version. */
export interface RememberedFacts {
  get(accountId: string): RightsFacts | undefined
  set(facts: RightsFacts): void
  forget(accountId: string): void
}

export interface EngineParts {
  readonly database: Database
  /** Connections of its own, on which no plan can go astray. */
  readonly sql: Sql
  readonly catalog: { current(): CatalogSnapshot }
  readonly clock: BusinessClock
  readonly news: News
  readonly log: Logger
}

export function createEngine(parts: EngineParts): EntitlementEngine {
  const remembered = rememberFacts(parts.catalog)
  const lanes = Array.from({ length: LANES }, () => createLane({ ...parts, remembered }))
  return {
    remembered,
    run: (accountId, operation) => laneOf(lanes, accountId).add({ accountId, operation }),
    idle: async () => {
      await Promise.all(lanes.map((lane) => lane.idle()))
    },
  }
}

/** Facts are kept for one catalog: another one may read them differently. */
function rememberFacts(catalog: EngineParts['catalog']): RememberedFacts {
  const cache = new LRUCache<string, RightsFacts>({ max: REMEMBERED_ACCOUNTS })
  let of = catalog.current()
  const current = () => {
    const now = catalog.current()
    if (now !== of) cache.clear()
    of = now
    return cache
  }
  return {
    get: (accountId) => current().get(accountId),
    set: (facts) => void current().set(facts.accountId, facts),
    forget: (accountId) => void cache.delete(accountId),
  }
}

/** One account is always in the same lane, or its order of arrival would be lost. Ids end in random characters. */
function laneOf(lanes: readonly Lane[], accountId: string): Lane {
  return lanes[accountId.charCodeAt(accountId.length - 1) % lanes.length]!
}
