import { z } from 'zod'
import {
  each,
  forOperators,
  maybeText,
  ofAccount,
  onlyStreamed,
  text,
  time,
} from '#services/kernel/outbox/event-data/define-event-data.js'

const deploymentHash = text()

/** Members that `agentPresence` adds to the events that change a presence. */
const presence = {
  presence: text().optional().describe('Presence of the agent after the event. Only in `agentPresence`.'),
  lastHeartbeatAt: time()
    .nullable()
    .optional()
    .describe('Last heartbeat of the agent. Only in `agentPresence`. Null if none.'),
}

const appState = z.strictObject({
  appCode: text(),
  status: maybeText(),
  health: maybeText(),
  containerState: maybeText(),
  previousStatus: maybeText(),
  previousHealth: maybeText(),
})

/** Data of events about deployments and their agents. */
export const deploymentEvents = {
  'deployment.started': ofAccount('DeploymentStartedData', 'a deployment was started', {
    deploymentHash,
    projectId: text().describe('ID of the deployment.'),
    templateId: text(),
    by: text(),
  }),
  'deployment.stopped': ofAccount('DeploymentStoppedData', 'a deployment was stopped', {
    deploymentHash,
    projectId: text().describe('ID of the deployment.'),
    by: text(),
  }),
  'deployment.completed': ofAccount('DeploymentCompletedData', 'the installer reported completion', {
    deploymentHash,
    templateId: maybeText(),
    serverAddress: maybeText(),
  }),
  ...each(
    ['agent.registered', 'agent.revoked', 'agent.token_rotated'],
    ofAccount('AgentEventData', 'the agent of a deployment registered, or its token changed', {
      deploymentHash,
      agentId: text(),
    }),
  ),
  ...each(
    ['agent.unreachable', 'agent.reachable'],
    forOperators(
      ofAccount('OutageEventData', 'an outage of an agent began or ended', {
        deploymentHash,
        agentKind: text(),
        beganAt: time(),
        endedAt: time().nullable(),
      }),
    ),
  ),
  'agent.alarm': ofAccount('AlarmEventData', 'a threshold was crossed on a server, or is no longer crossed', {
    deploymentHash,
    occurredAt: time(),
    kind: text(),
    severity: text(),
    message: text(),
    value: z.number(),
    threshold: z.number(),
    recovered: z.boolean(),
  }),
  'deployment.renamed': onlyStreamed({ name: text() }),
  'deployment.enrolment_reissued': onlyStreamed({}),
  'deployment.server_counted': onlyStreamed({ server: text() }),
  'compose_agent.registered': onlyStreamed({ url: text(), version: maybeText() }),
  ...each(['agent.online', 'agent.offline', 'agent.degraded'], onlyStreamed(presence)),
  ...each(
    [
      'command.queued',
      'command.leased',
      'command.running',
      'command.succeeded',
      'command.failed',
      'command.cancelled',
      'command.expired',
      'command.lost',
      'command.cancel_requested',
    ],
    onlyStreamed({
      status: text().describe('A value of `CommandStatus`.'),
      previousStatus: maybeText().describe('Null for a new command.'),
      detail: maybeText().describe('Explanation of the change.'),
      ...presence,
    }),
  ),
  'app.state_changed': onlyStreamed({ apps: appState.array().readonly() }),
  'server.load': onlyStreamed({
    measuredAt: time(),
    cpuUsagePercent: z.number().nullable(),
    memoryUsedPercent: z.number().nullable(),
    diskUsedPercent: z.number().nullable(),
  }),
} as const

type DeploymentEvents = typeof deploymentEvents

declare module '#services/kernel/outbox/event-data/events.js' {
  interface Events extends DeploymentEvents {}
}
