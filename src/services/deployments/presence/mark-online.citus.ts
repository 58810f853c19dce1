import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import { functionForm } from '#services/kernel/database/forms.js'
import { inTransaction } from '#services/kernel/database/in-transaction.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { OwnedDeployment } from '../agents/agent-heartbeats.js'
import { writeDeploymentEvents } from '../model/write-deployment-events.citus.js'
import { endOutage } from '../outages/outage.js'
import { markAgentsOnline } from './mark-online.js'
import { markAgentOnline } from './presence.sql.js'
import { PRESENCE_EVENTS } from './set-presence.js'

const markOnline = (sql: Sql, { deploymentId, accountId }: OwnedDeployment): Promise<StreamEventRow[]> =>
  inTransaction(sql, async (transaction) => {
    const agent = await transaction.row(markAgentOnline, { deploymentId, accountId })
    if (!agent) return []
    await endOutage(transaction, { deploymentId, accountId }, 'STATUS_PANEL')
    const event = { ...PRESENCE_EVENTS[agent.presence], subjectType: 'Agent', subjectId: agent.id, data: {} }
    return writeDeploymentEvents(transaction, { id: deploymentId, accountId }, [
      { ...event, id: transaction.newId('evt') },
    ])
  })

export const markOnlineForms = [
  functionForm(markAgentsOnline, async (sql, deployments) =>
    (await Promise.all(deployments.map((deployment) => markOnline(sql, deployment)))).flat(),
  ),
]
