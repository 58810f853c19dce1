import type { AgentRow } from '#entities/deployments/agent.entity.js'
import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import type { Denial } from '#services/kernel/denials/denial.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { recordAccountEvent } from '#services/identity/accounts/account-version.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { endAllocation, isAllocated, writeAllocation } from '#services/entitlements/allocations/write-allocation.js'
import { MANAGED_SERVERS } from '#services/entitlements/plans/account-plan.js'
import { loadSnapshot } from '#services/entitlements/snapshot/load-snapshot.js'
import { serverDenial } from '#services/marketplace/eligibility/decide-eligibility.js'

/** Thrown within a transaction, so that nothing of a denied registration is stored. */
export class ServerDenied extends Error {
  constructor(readonly denial: Denial) {
    super(denial.message)
  }
}

const MAX_LENGTH = 255

/** Pure: the server that an agent reports. An agent that reports none counts its deployment as a server of its own. */
export function reportedServer({ hash }: Pick<DeploymentRow, 'hash'>, systemInfo: AgentRow['systemInfo']): string {
  const found = [systemInfo['machine_id'], systemInfo['hostname']].find(
    (name) => typeof name === 'string' && name.trim() !== '',
  )
  return typeof found === 'string' ? found.trim().slice(0, MAX_LENGTH) : hash
}

/** Counts a server for its first deployment. The caller holds the account's lock and has decided that there is room. */
export async function countServer(
  { catalog, clock }: Pick<CatalogContext, 'catalog' | 'clock'>,
  transaction: Transaction,
  { accountId }: Pick<DeploymentRow, 'accountId'>,
  server: string,
): Promise<void> {
  if (!catalog.current().features.has(MANAGED_SERVERS)) return
  await writeAllocation(transaction, {
    accountId,
    feature: MANAGED_SERVERS,
    resourceId: server,
    at: clock.now(),
  })
}

/**
 * Counts the server that the agent of a deployment reports, unless one was given at the start. `before` is the server that its earlier agent
 * reported, which the deployment leaves. The caller holds the account's lock. Throws `ServerDenied` without a managed server left.
 */
export async function claimReportedServer(
  context: CatalogContext,
  transaction: Transaction,
  { id, accountId }: Pick<DeploymentRow, 'id' | 'accountId'>,
  server: string,
  before: string | null = null,
): Promise<void> {
  const deployment = await transaction.query
    .selectFrom('deployment')
    .select(['id', 'accountId', 'server'])
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .executeTakeFirstOrThrow()
  if (deployment.server !== before || server === before) return
  const catalog = context.catalog.current()
  const now = context.clock.now()
  await transaction.query
    .updateTable('deployment')
    .set({ server })
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .execute()
  await freeServer(transaction, deployment, now)
  const isManaged = await isAllocated(transaction, { accountId, feature: MANAGED_SERVERS, resourceId: server })
  if (isManaged || !catalog.features.has(MANAGED_SERVERS)) return
  const denial = serverDenial(catalog, (await loadSnapshot(transaction, catalog, accountId, now))!)
  if (denial) throw new ServerDenied(denial)
  await countServer(context, transaction, deployment, server)
  await recordAccountEvent(transaction, accountId, now, {
    type: 'deployment.server_counted',
    summary: `The server ${server} was added.`,
    subject: { __typename: 'Deployment', id },
    changesEntitlements: true,
    data: { server },
  })
}

/** Frees the server of a deployment that has left it, if no other deployment of the account runs there. The caller holds the account's lock. */
export async function freeServer(
  transaction: Transaction,
  { id, accountId, server }: Pick<DeploymentRow, 'id' | 'accountId' | 'server'>,
  at: Date,
): Promise<void> {
  if (server === null) return
  const other = await transaction.query
    .selectFrom('deployment')
    .select('id')
    .where('accountId', '=', accountId)
    .where('server', '=', server)
    .where('status', '<>', 'STOPPED')
    .where('id', '<>', id)
    .executeTakeFirst()
  if (!other) await endAllocation(transaction, { accountId, feature: MANAGED_SERVERS, resourceId: server, at })
}
