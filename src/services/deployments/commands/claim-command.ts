import type { CommandRow } from '../../../entities/deployments/command.entity.js'
import { noteAudit } from '../../kernel/audit/audit-trail.js'
import type { DeploymentsContext } from '../deployments-context.js'
import type { Claimant } from './claim-commands.js'

/** Takes the next command of a deployment, by priority and age; of two pollers one gets it. */
export async function claimCommand(context: DeploymentsContext, claimant: Claimant): Promise<CommandRow | null> {
  const command = await context.commandDesk.claim(claimant)
  if (!command) return null
  const { accountId, deploymentHash } = command
  noteAudit(context, { accountId, actor: deploymentHash, action: 'agent.command_polled', object: deploymentHash })
  return command
}

/** The response was flushed: the agent has it. A quick one may have reported before we came here; then there is nothing to note. */
export const markRunning = (context: DeploymentsContext, claimed: CommandRow): Promise<void> =>
  context.commandDesk.noteRunning(claimed)

/** The connection closed before the response was flushed: nobody has it. */
export async function returnToQueue(context: DeploymentsContext, claimed: CommandRow): Promise<void> {
  const nobody = 'the connection closed before the command was delivered'
  await context.commandDesk.move(claimed, { to: 'QUEUED', detail: nobody })
}
