import type { DedicatedPool, DedicatedPoolOptions } from '../services/kernel/database/dedicated-pool.js'
import type { ConnectionShares } from '../services/kernel/database/divide-connections.js'
import type { RequestContext } from './request-context.js'

/** Parts of all contexts that exist before those of the modules. */
export interface BaseParts extends Pick<
  RequestContext,
  'catalog' | 'config' | 'database' | 'log' | 'metrics' | 'notifier' | 'random' | 'secrets' | 'settings' | 'timers'
> {
  /** Opens the share of the connections with this name. */
  readonly openPool: (
    name: keyof ConnectionShares,
    options: Pick<DedicatedPoolOptions, 'disableBitmapScans' | 'lockMs'>,
  ) => Promise<DedicatedPool>
}

/** Members that a module adds to all contexts, and their end. */
export interface OpenedParts<Parts = Partial<RequestContext>> {
  readonly parts: Parts
  /** Its connections to the database, by name. */
  readonly connections?: Readonly<Record<string, { check(): Promise<void> }>>
  /** Ends requests that wait, at most after a time, while the server takes no new ones. */
  readonly drain?: (ms: number) => Promise<void>
  /** Writes what requests left, before connections close and again after the last response. */
  readonly finish?: () => Promise<void>
  /** Closes its parts after the workers stopped. */
  readonly close?: () => Promise<void>
}
