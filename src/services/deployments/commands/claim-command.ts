import type { CommandRow } from '#entities/deployments/command.entity.js'
import { bufferAudit } from '#services/kernel/audit/audit-buffer.js'
import type { DeploymentsContext } from '../deployments-context.js'
import { IS_QUEUED } from '../model/select-commands.js'
import type { Claimant, Claimed } from './claim-commands.js'
import { tryTransitionCommand } from './transition-command.js'

/** Takes the next command of a deployment, by priority and age; of two pollers one gets it. The claim proves the poll's token. */
export async function claimCommand(context: DeploymentsContext, claimant: Claimant): Promise<Claimed> {
  const claimed = await context.commandQueue.claim(claimant)
  if (claimed.kind === 'stopped') await cancelQueued(context, claimant)
  if (claimed.kind !== 'command') return claimed
  const { accountId, deploymentHash } = claimed.moved.command
  bufferAudit(context, { accountId, actor: deploymentHash, action: 'agent.command_polled', object: deploymentHash })
  return claimed
}

/** Cancels commands that were being claimed while their deployment was stopped. They are in the queue again and will never be fetched. */
async function cancelQueued(context: DeploymentsContext, { deploymentId, accountId }: Claimant): Promise<void> {
  const queued = await context.database.query
    .selectFrom('command')
    .selectAll()
    .where('deploymentId', '=', deploymentId)
    .where('accountId', '=', accountId)
    .where(IS_QUEUED)
    .orderBy('id')
    .execute()
  for (const command of queued)
    await tryTransitionCommand(context, context.database, command, {
      to: 'CANCELLED',
      detail: 'the deployment was stopped',
    })
}

/** The response was flushed: the agent has it. A quick one may have reported before we came here; then there is nothing to note. */
export const markRunning = (context: DeploymentsContext, claimed: CommandRow): Promise<void> =>
  context.commandQueue.markRunning(claimed)

/** The connection closed before the response was flushed: the command was not delivered. */
export async function returnToQueue(context: DeploymentsContext, claimed: CommandRow): Promise<void> {
  const anonymous = 'the connection closed before the command was delivered'
  await context.commandQueue.move(claimed, { to: 'QUEUED', detail: anonymous })
}
