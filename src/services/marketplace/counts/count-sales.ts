import type { Context } from '#services/kernel/context/context.js'
import { countNewSales } from './counts.sql.js'

const AT_ONCE = 10_000

/**
 * Adds new ownerships to the numbers of sales of their templates, each once, so that payments do not wait for the row of
 * a popular template. Safe in several processes: what one counts, another skips.
 */
export const countSales = ({ database }: Pick<Context, 'database'>): Promise<unknown> =>
  database.run(countNewSales, { limit: AT_ONCE })
