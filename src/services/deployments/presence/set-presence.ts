import type { AgentRow } from '../../../entities/deployments/agent.entity.js'
import type { Context } from '../../kernel/context/context.js'
import { recordDeploymentEvent } from '../raise-sequence.js'

/** Notes that an agent came or went, once, and tells of it. */
export async function setPresence(
  context: Context,
  agent: Pick<AgentRow, 'id' | 'deploymentId' | 'accountId'>,
  presence: 'ONLINE' | 'OFFLINE',
): Promise<void> {
  await context.database.transaction(async (transaction) => {
    const changed = await transaction.run(`update agent set presence = $2 where id = $1 and presence <> $2`, [
      agent.id,
      presence,
    ])
    if (!changed) return
    await recordDeploymentEvent(
      transaction,
      { id: agent.deploymentId, accountId: agent.accountId },
      context.clock.now(),
      {
        type: presence === 'ONLINE' ? 'agent.online' : 'agent.offline',
        summary: presence === 'ONLINE' ? 'The agent is online.' : 'The agent has gone silent.',
        subject: { __typename: 'Agent', id: agent.id },
      },
    )
  })
}
