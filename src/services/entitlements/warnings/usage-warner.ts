import type { Context } from '#services/kernel/context/context.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { AccountSnapshot } from '../model/account-snapshot.js'
import { decideWarning, type DueWarning } from './decide-warnings.js'
import { recordWarning } from './record-warning.js'
import { createCache } from '#services/kernel/cache/create-cache.js'

/** Maximum number of cached warnings. An evicted one is found in the table. */
const REMEMBERED = 20_000

/**
 * Checks usage after it was recorded, so that no use waits for a warning. A check lost by a stop is repeated at the
 * next use.
 */
export interface UsageWarner {
  /** `amount` was just used. The usage in the snapshot includes it. */
  check(snapshot: AccountSnapshot, feature: FeatureDefinition, amount: number): void
  /** Resolves when all pending warnings are written. */
  idle(): Promise<void>
}

type Parts = Pick<Context, 'database' | 'clock' | 'log'> & { readonly catalog: { current(): CatalogSnapshot } }

export function createUsageWarner(parts: Parts): UsageWarner {
  const given = createCache<string, true>(REMEMBERED)
  const underWay = new Set<Promise<void>>()

  const publish = async (warning: DueWarning, key: string): Promise<void> => {
    try {
      await recordWarning({ ...parts, requestId: 'usage-warning' }, warning)
    } catch (error) {
      given.delete(key)
      parts.log.warn({ err: error, account: warning.accountId }, 'usage warning not recorded, retrying at the next use')
    }
  }
  return {
    check(snapshot, feature, amount) {
      const warning = decideWarning(parts.catalog.current(), snapshot, feature, amount)
      if (!warning) return
      const key = [warning.accountId, feature.code, warning.period.getTime(), warning.reached.at(-1)].join(' ')
      if (given.has(key)) return
      given.set(key, true)
      const published: Promise<void> = publish(warning, key).finally(() => underWay.delete(published))
      underWay.add(published)
    },
    idle: async () => void (await Promise.all(underWay)),
  }
}
