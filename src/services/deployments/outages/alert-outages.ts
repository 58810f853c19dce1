import type { AgentKind, AgentOutageRow } from '#entities/deployments/agent-outage.entity.js'
import type { Context } from '#services/kernel/context/context.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'

/**
 * Seconds of silence after which an outage is alerted. 15 minutes for the compose agent are required; the other value
 * is assumed.
 */
export const ALERT_AFTER_SECONDS: Readonly<Record<AgentKind, number>> = { STATUS_PANEL: 300, COMPOSE_AGENT: 900 }

const NAMES: Readonly<Record<AgentKind, string>> = { STATUS_PANEL: 'agent', COMPOSE_AGENT: 'compose agent' }
const AT_ONCE = 100

type Outage = AgentOutageRow & { readonly deploymentHash: string }

/** Publishes each outage that lasts too long once, and its end once. Stopped deployments are excluded. */
export async function alertOutages(context: Context): Promise<void> {
  const begun = await context.database.rows<Outage>(
    `select o.*, d.hash as deployment_hash from agent_outage o join deployment d on d.id = o.deployment_id
     where o.ended_at is null and o.alerted_at is null and d.status <> 'STOPPED'
       and o.started_at < now() - make_interval(secs => case o.kind when 'COMPOSE_AGENT' then $1::int else $2::int end)
     order by o.started_at limit $3`,
    [ALERT_AFTER_SECONDS.COMPOSE_AGENT, ALERT_AFTER_SECONDS.STATUS_PANEL, AT_ONCE],
  )
  for (const outage of begun)
    await notifyOnce(context, outage, {
      claim: `update agent_outage set alerted_at = now() where id = $1 and alerted_at is null and ended_at is null`,
      type: 'agent.unreachable',
      summary: `The ${NAMES[outage.kind]} has been unreachable since ${outage.startedAt.toISOString()}.`,
    })
  const over = await context.database.rows<Outage>(
    `select o.*, d.hash as deployment_hash from agent_outage o join deployment d on d.id = o.deployment_id
     where o.ended_at is not null and o.alerted_at is not null and o.recovery_notified_at is null order by o.ended_at limit $1`,
    [AT_ONCE],
  )
  for (const outage of over)
    await notifyOnce(context, outage, {
      claim: `update agent_outage set recovery_notified_at = now() where id = $1 and recovery_notified_at is null`,
      type: 'agent.reachable',
      summary: `The ${NAMES[outage.kind]} is reachable again.`,
    })
  await countOpen(context)
}

interface Telling {
  /** Claims the alert; a concurrent second claim updates no row. */
  readonly claim: string
  readonly type: string
  readonly summary: string
}

/** The event on the account's stream, the outbox event that webhooks carry, the log line and the metric: all of them or none. */
async function notifyOnce(context: Context, outage: Outage, { claim, type, summary }: Telling): Promise<void> {
  const published = await context.database.transaction(async (transaction: Transaction) => {
    await lockAccount(transaction, outage.accountId)
    if (!(await transaction.run(claim, [outage.id]))) return false
    const at = context.clock.now()
    const data = {
      deploymentHash: outage.deploymentHash,
      agentKind: outage.kind,
      beganAt: outage.startedAt.toISOString(),
      endedAt: outage.endedAt?.toISOString() ?? null,
    }
    const subject = { __typename: 'Deployment', id: outage.deploymentId }
    await recordAccountEvent(transaction, outage.accountId, at, { type, summary, subject, data })
    await writeOutbox(transaction, {
      type,
      accountId: outage.accountId,
      payload: data,
      at,
      requestId: context.requestId,
    })
    return true
  })
  if (!published) return
  context.metrics.agentOutageNews.inc({ kind: outage.kind, type })
  context.log.warn({ deployment: outage.deploymentHash, kind: outage.kind, since: outage.startedAt }, summary)
}

async function countOpen(context: Context): Promise<void> {
  const rows = await context.database.rows<{ kind: AgentKind; open: number }>(
    `select kind, count(*) as open from agent_outage where ended_at is null and alerted_at is not null group by kind`,
  )
  for (const kind of Object.keys(NAMES) as AgentKind[])
    context.metrics.agentOutages.set({ kind }, rows.find((row) => row.kind === kind)?.open ?? 0)
}
