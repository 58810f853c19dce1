import type { AgentRow } from '../../../entities/deployments/agent.entity.js'
import type { Context } from '../../kernel/context/context.js'
import { OFFLINE_AFTER_SECONDS } from './presence.js'
import { MACHINE_NOW, recordDeploymentEvent } from '../raise-sequence.js'

/** The first request after silence. */
export const comeOnline = (
  context: Context,
  agent: Pick<AgentRow, 'id' | 'deploymentId' | 'accountId'>,
): Promise<void> => setPresence(context, agent, 'ONLINE')

/** Notes that an agent came or went, once, and tells of it. */
export async function setPresence(
  context: Context,
  agent: Pick<AgentRow, 'id' | 'deploymentId' | 'accountId'>,
  presence: 'ONLINE' | 'OFFLINE',
): Promise<void> {
  await context.database.transaction(async (transaction) => {
    // An agent that polled while we looked is not silent any more.
    const changed = await transaction.run(
      `update agent set presence = $2 where id = $1 and presence <> $2 and ($2 = 'ONLINE' or last_heartbeat_at < now() - make_interval(secs => $3))`,
      [agent.id, presence, OFFLINE_AFTER_SECONDS],
    )
    if (!changed) return
    await recordDeploymentEvent(transaction, { id: agent.deploymentId, accountId: agent.accountId }, MACHINE_NOW, {
      type: presence === 'ONLINE' ? 'agent.online' : 'agent.offline',
      summary: presence === 'ONLINE' ? 'The agent is online.' : 'The agent has gone silent.',
      subject: { __typename: 'Agent', id: agent.id },
    })
  })
}
