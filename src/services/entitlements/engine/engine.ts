import type { BusinessClock } from '#services/kernel/clock/business-clock.js'
import type { Database } from '#services/kernel/database/database.js'
import { openDedicatedPool, type DedicatedPoolOptions } from '#services/kernel/database/dedicated-pool.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { Logger } from '#services/kernel/logger/logger.js'
import type { Notifier } from '#services/kernel/notifier/notifier.js'
import type { Timers } from '#services/kernel/time/timers.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { findRoute } from '../pools/find-route.js'
import { forSubAccount } from '../model/for-sub-account.js'
import type { Operation, Outcome, Rerouted } from '../usage/usage-operation.js'
import { createUsageWarner } from '../warnings/usage-warner.js'
import { createConflictHistory } from './conflict-history.js'
import { createOperationBatcher, LOCK_MS } from './operation-batcher.js'
import { createSnapshotCache, type SnapshotCache } from './snapshot-cache.js'
import { createSnapshotReader, type SnapshotReader } from './snapshot-reader.js'

/** Result of an operation: its outcome, or that the account does not exist. */
export type OperationResult = Outcome | { readonly kind: 'no account' }

/** Result after the account that decides was found. */
export type FinalResult = Exclude<OperationResult, Rerouted>

/**
 * Runs usage operations. Operations that arrive while a statement runs are decided and persisted together by the next
 * one, in order of arrival per account. A result is returned only after it is durable.
 */
export interface EntitlementEngine {
  run(accountId: string, operation: Operation): Promise<FinalResult>
  /** Reads current snapshots: concurrent callers share a statement that finds the accounts, and one that reads outdated snapshots. */
  readonly snapshotReader: SnapshotReader
  /** Cached snapshots. They may be used only by statements that verify the version. */
  readonly snapshots: SnapshotCache
  /** Resolves when all operations so far are done. */
  idle(): Promise<void>
}

export interface EngineParts {
  readonly database: Database
  /** Separate connections with fixed query plans. */
  readonly sql: Sql
  readonly catalog: { current(): CatalogSnapshot }
  readonly clock: BusinessClock
  readonly timers: Timers
  readonly notifier: Notifier
  readonly log: Logger
  /** Called with the outcome of every operation. */
  readonly onOperation?: (act: Operation['kind'], outcome: 'done' | 'denied' | 'failed') => void
}

function createEngine(parts: EngineParts): EntitlementEngine {
  const snapshots = createSnapshotCache(parts.catalog)
  const warner = createUsageWarner(parts)
  const warn = (answer: OperationResult): void => {
    if (answer.kind !== 'consumed') return
    const { snapshot, feature, amount } = answer.consumption
    warner.check(snapshot, feature, amount)
  }
  const lane = createOperationBatcher({ ...parts, remembered: snapshots, conflicts: createConflictHistory() })
  return {
    snapshots,
    snapshotReader: createSnapshotReader({ ...parts, remembered: snapshots }),
    run: async (accountId, operation) => {
      try {
        const { answer, pool } = await findRoute({ ...parts, snapshots, add: lane.add }, { accountId, operation })
        parts.onOperation?.(
          operation.kind,
          answer.kind === 'denied' || answer.kind === 'no account' ? 'denied' : 'done',
        )
        warn(answer)
        return pool ? forSubAccount(answer, pool) : answer
      } catch (error) {
        parts.onOperation?.(operation.kind, 'failed')
        throw error
      }
    },
    idle: async () => {
      await lane.onIdle()
      await warner.idle()
    },
  }
}

/** An engine with separate connections; closing it waits for pending operations. */
export async function openEngine(
  parts: Omit<EngineParts, 'sql'>,
  connections: Pick<DedicatedPoolOptions, 'url' | 'size' | 'onStatement' | 'traced' | 'timers' | 'newId'>,
): Promise<EntitlementEngine & { check(): Promise<void>; close(): Promise<void> }> {
  const sql = await openDedicatedPool({ ...connections, lockMs: LOCK_MS })
  const engine = createEngine({ ...parts, sql })
  return {
    ...engine,
    check: sql.check,
    close: async () => {
      await engine.idle()
      await sql.close()
    },
  }
}
