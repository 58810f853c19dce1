import type { CommandRow } from '#entities/deployments/command.entity.js'
import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'

/** Operations that can be planned. */
export const PLANNED = ['deploy', 'deploy_app', 'rollback_deploy'] as const
export type PlannedOperation = (typeof PLANNED)[number]

/** A deploy that came to its end well. */
export type PastDeploy = Pick<CommandRow, 'id' | 'appCode' | 'parameters' | 'finishedAt'>

/** Data that a plan depends on: the plan is valid as long as none of it changes. */
export interface DeploymentPlanInput {
  readonly deployment: Pick<DeploymentRow, 'hash' | 'status' | 'apps' | 'templateId' | 'templateVersion'>
  /** Current version of the template. Null if the deployment has no template. */
  readonly latestVersion: number | null
  readonly hasAgent: boolean
  /** Commands of the deployment that have not ended. */
  readonly underWay: readonly Pick<CommandRow, 'id' | 'type' | 'appCode'>[]
  /** Deploys that succeeded, of each application the two newest, newest first. */
  readonly deployed: readonly PastDeploy[]
}

/** One command that the operation comes to. */
export interface PlanStep {
  readonly appCode: string
  readonly commandType: 'deploy_app'
  readonly change: 'install' | 'update' | 'rollback'
  /** The deploy whose state it would bring back; null for any other change. */
  readonly toCommandId: string | null
  /** Parameters with masked secrets; the secrets of an earlier deployment are deleted and must be entered again. */
  readonly parameters: Readonly<Record<string, unknown>>
}

export interface DecidedPlan {
  readonly steps: readonly PlanStep[]
  /** Warnings to show before continuing. */
  readonly warnings: readonly string[]
}

/** Pure: the commands that an operation comes to, in their order; nothing is queued. */
export function decidePlan(
  operation: PlannedOperation,
  appCode: string | null,
  input: DeploymentPlanInput,
): DecidedPlan | Refused {
  if (input.deployment.status === 'STOPPED') return refused('INVALID_TRANSITION', 'The deployment is stopped.')
  if (operation === 'deploy_app' && appCode === null)
    return refused('INVALID_PARAMETERS', 'deploy_app requires an application.', { field: 'appCode' })
  const known = input.deployment.apps.map(({ code }) => code)
  if (appCode !== null && operation !== 'deploy_app' && !known.includes(appCode))
    return refused('INVALID_PARAMETERS', `The deployment has no application '${appCode}'.`, { field: 'appCode' })
  const apps = appCode === null ? known : [appCode]
  const steps = apps.flatMap((code) => stepFor(operation, code, input))
  if (operation === 'rollback_deploy' && steps.length === 0)
    return refused('INVALID_TRANSITION', 'The deployment has no earlier version to roll back to.')
  return { steps, warnings: warningsOf(input, steps) }
}

function stepFor(operation: PlannedOperation, appCode: string, { deployed }: DeploymentPlanInput): PlanStep[] {
  const [newest, before] = deployed.filter((past) => past.appCode === appCode)
  const step = { appCode, commandType: 'deploy_app' } as const
  if (operation !== 'rollback_deploy') {
    const change = newest ? 'update' : 'install'
    return [{ ...step, change, toCommandId: null, parameters: newest?.parameters ?? { app_code: appCode } }]
  }
  return before ? [{ ...step, change: 'rollback', toCommandId: before.id, parameters: before.parameters }] : []
}

function warningsOf(
  { deployment, latestVersion, hasAgent, underWay }: DeploymentPlanInput,
  steps: readonly PlanStep[],
): string[] {
  const open = underWay.map(({ type, appCode }) => (appCode ? `${type} of ${appCode}` : type))
  const hidden = steps.filter(({ parameters }) => JSON.stringify(parameters).includes('"***"'))
  return [
    ...(hasAgent ? [] : ['No agent is registered. Commands will stay queued.']),
    ...(open.length ? [`In progress: ${open.join(', ')}.`] : []),
    ...(latestVersion !== null && latestVersion !== deployment.templateVersion
      ? [
          `The deployment uses version ${deployment.templateVersion} of the template; version ${latestVersion} is available.`,
        ]
      : []),
    ...(hidden.length
      ? [
          `Secrets must be entered again for ${hidden.map(({ appCode }) => appCode).join(', ')}: they were deleted after the command.`,
        ]
      : []),
  ]
}
