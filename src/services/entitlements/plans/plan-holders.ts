import type { IdentityContext } from '#services/identity/model/caller.js'
import type { Sql } from '#services/kernel/database/sql.js'

/** Accounts that hold a plan version. */
export interface VersionHolders {
  readonly planVersionId: string
  readonly accounts: number
}

/** Number of accounts that hold plan versions by a subscription, a purchase or an operator. */
export const countHolders = ({ query }: Sql, versionIds: readonly string[]): Promise<VersionHolders[]> =>
  query
    .selectFrom('plan_assignment')
    .select(({ fn }) => ['planVersionId', fn.count<number>('accountId').distinct().as('accounts')])
    .where('planVersionId', 'in', versionIds)
    .where('endedAt', 'is', null)
    .groupBy('planVersionId')
    .execute()

/** Number of accounts that hold a plan version. Operators only. */
export async function holderCount(
  context: IdentityContext,
  versionId: string,
  load: (versionId: string) => Promise<VersionHolders | null>,
): Promise<number> {
  return (await load(versionId))?.accounts ?? 0
}
