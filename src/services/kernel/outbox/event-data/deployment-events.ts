import { z } from 'zod'
import { each, maybeText, ofAccount, text, time } from './define-event-data.js'

const deploymentHash = text()

/** Data of events about deployments and their agents. */
export const DEPLOYMENT_EVENTS = {
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
    ofAccount('OutageEventData', 'an outage of an agent began or ended', {
      deploymentHash,
      agentKind: text(),
      beganAt: time(),
      endedAt: time().nullable(),
    }),
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
} as const
