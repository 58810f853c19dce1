import { newId } from '#services/kernel/ids/ids.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import type { Context } from '#services/kernel/context/context.js'
import { MACHINE_NOW, recordDeploymentEvent } from '../record-deployment-event.js'

/** A threshold crossed on a server, or its recovery. */
export interface Alarm {
  /** As `high_cpu`. */
  readonly kind: string
  readonly severity: string
  readonly message: string
  readonly value: number
  readonly threshold: number
  readonly recovered: boolean
  readonly occurredAt: Date
}

/** Stores alarms and publishes them. A repetition by the agent's retry is not published again. */
export async function raiseAlarms(
  context: Context,
  agent: {
    readonly id: string
    readonly deploymentId: string
    readonly deploymentHash: string
    readonly accountId: string
  },
  alarms: readonly Alarm[],
): Promise<void> {
  await context.database.transaction(async (transaction) => {
    for (const alarm of alarms) {
      const isNew = await transaction.run(
        `insert into agent_alarm (id, account_id, deployment_id, kind, severity, recovered, message, value, threshold, occurred_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict on constraint agent_alarm_once do nothing`,
        [
          newId('alm'),
          agent.accountId,
          agent.deploymentId,
          alarm.kind,
          alarm.severity,
          alarm.recovered,
          alarm.message,
          alarm.value,
          alarm.threshold,
          alarm.occurredAt,
        ],
      )
      if (!isNew) continue
      const data = { ...alarm, occurredAt: alarm.occurredAt.toISOString(), deploymentHash: agent.deploymentHash }
      await recordDeploymentEvent(transaction, { id: agent.deploymentId, accountId: agent.accountId }, MACHINE_NOW, {
        type: 'agent.alarm',
        summary: `${alarm.kind} ${alarm.recovered ? 'has ended' : `(${alarm.severity})`}: ${alarm.message}`,
        subject: { __typename: 'Agent', id: agent.id },
        data,
      })
      await writeOutbox(transaction, {
        type: 'agent.alarm',
        accountId: agent.accountId,
        payload: data,
        at: context.clock.now(),
        requestId: context.requestId,
      })
      context.metrics.agentAlarms.inc({ kind: alarm.kind, severity: alarm.recovered ? 'recovered' : alarm.severity })
    }
  })
}
