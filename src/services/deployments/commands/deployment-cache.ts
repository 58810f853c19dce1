import { sql } from 'kysely'
import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { createCache } from '#services/kernel/cache/create-cache.js'

/** Fields of a deployment that command decisions depend on. Its hash, ID, account and template never change. */
export interface CachedDeployment extends Pick<DeploymentRow, 'id' | 'hash' | 'accountId' | 'templateId' | 'apps'> {
  /**
   * Fingerprint of `apps`: the enqueue statement compares it, so that a decision on cached data is written only if it
   * is current.
   */
  readonly appsMark: string
}

/** Deployments for which commands were queued lately. */
export interface DeploymentCache {
  /** Cached keys; may be outdated. */
  get(hash: string): CachedDeployment | undefined
  /** Reads the current data. Undefined if the deployment does not exist. */
  refresh(hash: string): Promise<CachedDeployment | undefined>
}

const MAX_REMEMBERED = 20_000
/** A deployment with a long list of applications is read each time. */
const MAX_APPS = 100

export function createDeploymentCache(database: Sql): DeploymentCache {
  const memory = createCache<string, CachedDeployment>(MAX_REMEMBERED)
  return {
    get: (hash) => memory.get(hash),
    async refresh(hash) {
      const row = await database.query
        .selectFrom('deployment')
        .select(['id', 'hash', 'accountId', 'templateId', 'apps', sql<string>`md5(apps::text)`.as('appsMark')])
        .where('hash', '=', hash)
        .executeTakeFirst()
      if (row && row.apps.length <= MAX_APPS) memory.set(hash, row)
      return row
    },
  }
}
