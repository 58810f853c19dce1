import type { Transaction } from '#services/kernel/database/database.js'
import type { Context } from '#services/kernel/context/context.js'
import { countNewInstalls } from './counts.sql.js'

/**
 * Records a deployment of a template in the deployment's transaction. It is counted later, so that deployments do not
 * wait for the row of a popular template.
 */
export async function recordInstall(
  transaction: Transaction,
  install: {
    readonly deploymentId: string
    readonly templateId: string
    readonly accountId: string
    readonly at: Date
  },
): Promise<void> {
  await transaction.query
    .insertInto('template_install')
    .values(install)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

const AT_ONCE = 10_000

/** Adds new deployments to the counts of their templates, each once. Safe in several processes: what one counts, another skips. */
export const countInstalls = ({ database }: Pick<Context, 'database'>): Promise<unknown> =>
  database.run(countNewInstalls, { limit: AT_ONCE })
