import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import type { Context } from '#services/kernel/context/context.js'
import { MACHINE_NOW, recordDeploymentEvent } from '../model/record-deployment-event.js'

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
      const { numInsertedOrUpdatedRows } = await transaction.query
        .insertInto('agent_alarm')
        .values({
          id: transaction.newId('alm'),
          accountId: agent.accountId,
          deploymentId: agent.deploymentId,
          kind: alarm.kind,
          severity: alarm.severity,
          recovered: alarm.recovered,
          message: alarm.message,
          value: alarm.value,
          threshold: alarm.threshold,
          occurredAt: alarm.occurredAt,
        })
        .onConflict((conflict) => conflict.constraint('agent_alarm_once').doNothing())
        .executeTakeFirstOrThrow()
      if (!numInsertedOrUpdatedRows) continue
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
