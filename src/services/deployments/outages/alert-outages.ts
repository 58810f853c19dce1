import { momentText } from '#services/kernel/text/readable.js'
import { forEachSeparately, sweepAll } from '#services/kernel/event-loop/for-each-separately.js'
import { sql } from 'kysely'
import type { AgentKind, AgentOutageRow } from '#entities/deployments/agent-outage.entity.js'
import type { Context } from '#services/kernel/context/context.js'
import { secondsAgo } from '#services/kernel/database/query-builder.js'
import { recordOperatorEvent } from '#services/kernel/events/record-operator-event.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'

/**
 * Seconds of silence after which an outage is alerted. 15 minutes for the compose agent are required; the other value
 * is assumed.
 */
export const ALERT_AFTER_SECONDS: Readonly<Record<AgentKind, number>> = { STATUS_PANEL: 300, COMPOSE_AGENT: 900 }

const NAMES: Readonly<Record<AgentKind, string>> = { STATUS_PANEL: 'agent', COMPOSE_AGENT: 'compose agent' }

type Outage = AgentOutageRow & { readonly deploymentHash: string }

/** Publishes each outage that lasts too long once, and its end once. Stopped deployments are excluded. */
export async function alertOutages(context: Context): Promise<void> {
  const alertBegun = () =>
    sweepAll(
      (after, limit) =>
        selectOutages(context, after, limit)
          .where('agent_outage.endedAt', 'is', null)
          .where('agent_outage.alertedAt', 'is', null)
          .where('deployment.status', '<>', 'STOPPED')
          .where(
            'agent_outage.startedAt',
            '<',
            sql<Date>`case agent_outage.kind when 'COMPOSE_AGENT' then ${secondsAgo(ALERT_AFTER_SECONDS.COMPOSE_AGENT)}
              else ${secondsAgo(ALERT_AFTER_SECONDS.STATUS_PANEL)} end`,
          )
          .execute(),
      (outage) =>
        notifyOnce(context, outage, {
          column: 'alertedAt',
          type: 'agent.unreachable',
          summary: `The ${NAMES[outage.kind]} has been unreachable since ${momentText(outage.startedAt)}.`,
        }),
    )
  const alertEnded = () =>
    sweepAll(
      (after, limit) =>
        selectOutages(context, after, limit)
          .where('agent_outage.endedAt', 'is not', null)
          .where('agent_outage.alertedAt', 'is not', null)
          .where('agent_outage.recoveryNotifiedAt', 'is', null)
          .execute(),
      (outage) =>
        notifyOnce(context, outage, {
          column: 'recoveryNotifiedAt',
          type: 'agent.reachable',
          summary: `The ${NAMES[outage.kind]} is reachable again.`,
        }),
    )
  await forEachSeparately([alertBegun, alertEnded], (step) => step())
  await countOpen(context)
}

const selectOutages = ({ database }: Context, after: string, limit: number) =>
  database.query
    .selectFrom('agent_outage')
    .innerJoin('deployment', (join) =>
      join
        .onRef('deployment.id', '=', 'agent_outage.deploymentId')
        .onRef('deployment.accountId', '=', 'agent_outage.accountId'),
    )
    .selectAll('agent_outage')
    .select('deployment.hash as deploymentHash')
    .where('agent_outage.id', '>', after)
    .orderBy('agent_outage.id')
    .limit(limit)

interface Alert {
  /** The column that records the alert. */
  readonly column: 'alertedAt' | 'recoveryNotifiedAt'
  readonly type: 'agent.unreachable' | 'agent.reachable'
  readonly summary: string
}

/** The event on the account's stream, the outbox event that webhooks carry, the log line and the metric: all of them or none. */
async function notifyOnce(context: Context, outage: Outage, { column, type, summary }: Alert): Promise<void> {
  const published = await context.database.transaction(async (transaction) => {
    await lockAccount(transaction, outage.accountId)
    // Only one of two concurrent alerts updates the row. An outage that ended before its alert is not alerted.
    const { numUpdatedRows } = await transaction.query
      .updateTable('agent_outage')
      .set({ [column]: sql`now()` })
      .where('id', '=', outage.id)
      .where('accountId', '=', outage.accountId)
      .where(column, 'is', null)
      .$if(column === 'alertedAt', (query) => query.where('endedAt', 'is', null))
      .executeTakeFirstOrThrow()
    if (numUpdatedRows === 0n) return false
    const at = context.clock.now()
    const data = {
      deploymentHash: outage.deploymentHash,
      agentKind: outage.kind,
      beganAt: outage.startedAt.toISOString(),
      endedAt: outage.endedAt?.toISOString() ?? null,
    }
    const subject = { __typename: 'Deployment', id: outage.deploymentId }
    await recordAccountEvent(transaction, outage.accountId, at, { type, summary, subject, data })
    await recordOperatorEvent(transaction, { type, summary, accountId: outage.accountId, subject, data })
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
  context.metrics.agentOutageNotices.inc({ kind: outage.kind, type })
  context.log.warn({ deployment: outage.deploymentHash, kind: outage.kind, since: outage.startedAt }, summary)
}

async function countOpen(context: Context): Promise<void> {
  const rows = await context.database.query
    .selectFrom('agent_outage')
    .select(({ fn }) => ['kind', fn.countAll<number>().as('open')])
    .where('endedAt', 'is', null)
    .where('alertedAt', 'is not', null)
    .groupBy('kind')
    .execute()
  for (const kind of Object.keys(NAMES) as AgentKind[])
    context.metrics.agentOutages.set({ kind }, rows.find((row) => row.kind === kind)?.open ?? 0)
}
