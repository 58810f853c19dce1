import { sql } from 'kysely'
import type { CommandRow } from '#entities/deployments/command.entity.js'
import { functionForm } from '#services/kernel/database/forms.js'
import { inTransaction } from '#services/kernel/database/in-transaction.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { lockAgentToken } from '../model/agent-tokens.sql.js'
import { graceOfToken } from '../agents/retired-tokens.js'
import { IS_QUEUED } from '../model/select-commands.js'
import { insertDeploymentEvents } from '../model/write-deployment-events.citus.js'
import { claimCommands, type Claimant, type Claimed } from './claim-commands.js'
import { LEASE_MARGIN_SECONDS } from './lease-margin.js'

/**
 * Claims a command of a deployment that is on the machine of its account, as `claimCommands` does for many elsewhere: the agent's row is
 * locked first, then the command, then the deployment.
 */
const claimCommand = (database: Sql, claimant: Claimant): Promise<Claimed> =>
  inTransaction(database, async (transaction): Promise<Claimed> => {
    const { accountId, deploymentId } = claimant
    const token = await acceptedToken(transaction, claimant)
    if (!token) return { kind: 'refused' }
    const next = await transaction.query
      .selectFrom('command')
      .select(['id', 'timeoutSeconds', 'startedAt'])
      .where('accountId', '=', accountId)
      .where('deploymentId', '=', deploymentId)
      .where(IS_QUEUED)
      .where((eb) => eb.or([eb('expiresAt', 'is', null), eb('expiresAt', '>', sql<Date>`now()`)]))
      .orderBy('priority', 'desc')
      .orderBy('queuePosition')
      .orderBy('id')
      .limit(1)
      .forUpdate()
      .skipLocked()
      .executeTakeFirst()
    if (!next) return (await isStopped(transaction, claimant)) ? { kind: 'stopped' } : { kind: 'empty', ...token }
    const deployment = await transaction.query
      .updateTable('deployment')
      .set((eb) => ({ version: eb('version', '+', 1) }))
      .where('id', '=', deploymentId)
      .where('accountId', '=', accountId)
      .where('status', '<>', 'STOPPED')
      .returning(['id', 'accountId', 'version'])
      .executeTakeFirst()
    if (!deployment) return { kind: 'stopped' }
    const command = await lease(transaction, claimant, next)
    const events = await insertDeploymentEvents(transaction, deployment, [leasedEvent(transaction, command)])
    return { kind: 'command', moved: { command, events } }
  })

/** Milliseconds for which the token is accepted, or null for the present one. Null: it is not accepted. */
async function acceptedToken(
  transaction: Sql,
  { accountId, deploymentId, agentId, tokenHash }: Claimant,
): Promise<{ readonly graceMs: number | null } | null> {
  const holder = await transaction.row(lockAgentToken, { accountId, deploymentId, agentId, tokenHash })
  if (!holder) return null
  if (holder.isCurrent) return { graceMs: null }
  const graceMs = await graceOfToken(transaction, { accountId, agentId, tokenHash }, holder.graceMs)
  return graceMs > 0 ? { graceMs } : null
}

async function isStopped(transaction: Sql, { accountId, deploymentId }: Claimant): Promise<boolean> {
  const deployment = await transaction.query
    .selectFrom('deployment')
    .select('status')
    .where('id', '=', deploymentId)
    .where('accountId', '=', accountId)
    .executeTakeFirst()
  return deployment?.status === 'STOPPED'
}

const lease = (
  transaction: Sql,
  { accountId, instance }: Claimant,
  { id, timeoutSeconds, startedAt }: Pick<CommandRow, 'id' | 'timeoutSeconds' | 'startedAt'>,
): Promise<CommandRow> =>
  transaction.query
    .updateTable('command')
    .set((eb) => ({
      status: 'LEASED',
      attempt: eb('attempt', '+', 1),
      ...(startedAt ? {} : { startedAt: sql`now()` }),
      supersededAt: null,
      updatedAt: sql`statement_timestamp()`,
      leaseUntil: sql`now() + make_interval(secs => ${timeoutSeconds + LEASE_MARGIN_SECONDS})`,
      instance,
    }))
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .returningAll()
    .executeTakeFirstOrThrow()

const leasedEvent = (transaction: Sql, { id, type }: CommandRow) => ({
  id: transaction.newId('evt'),
  type: 'command.leased',
  summary: `${type} was delivered to the agent.`,
  subjectType: 'Command',
  subjectId: id,
  data: { status: 'LEASED', previousStatus: 'QUEUED', detail: null },
})

export const claimCommandForms = [
  functionForm(claimCommands, (database, requested) =>
    Promise.all(requested.map((one) => claimCommand(database, one))),
  ),
]
