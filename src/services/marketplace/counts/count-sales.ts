import type { Context } from '#services/kernel/context/context.js'
import { addCounts, takeUncountedSales } from './counts.sql.js'

const AT_ONCE = 10_000

/**
 * Adds new ownerships to the numbers of sales of their templates, each once, so that payments do not wait for the row of
 * a popular template. Safe in several processes: what one counts, another skips.
 */
export async function countSales({ database }: Pick<Context, 'database'>): Promise<void> {
  await database.transaction(async (transaction) => {
    const counts = await transaction.rows(takeUncountedSales, { limit: AT_ONCE })
    if (counts.length === 0) return
    await transaction.run(addCounts, {
      templateIds: counts.map(({ templateId }) => templateId),
      installs: counts.map(() => 0),
      views: counts.map(() => 0),
      sales: counts.map(({ sales }) => sales),
    })
  })
}
