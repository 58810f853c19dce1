import { createHash } from 'node:crypto'
import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { requireDeployment } from '../model/deployment-queries.js'
import { COMMANDS } from '../commands/definitions/command-registry.js'
import { decidePlan, type DecidedPlan, type DeploymentPlanInput, type PlannedOperation } from './decide-plan.js'
import { listPastDeploys } from './deployment-plans.sql.js'

export interface PlanRequest {
  readonly operation: PlannedOperation
  readonly appCode: string | null
  /** Fingerprint of a plan that was loaded before. Null for the first load. */
  readonly expected: string | null
}

export interface DeploymentPlan extends DecidedPlan {
  readonly kind: 'plan'
  /** Stays the same as long as the plan does. */
  readonly fingerprint: string
}

const READ_ONLY_TYPES = COMMANDS.filter(({ readOnly }) => readOnly).map(({ type }) => type)

/**
 * Steps of an operation, and a fingerprint of the data that they depend on. With a fingerprint as input, checks that
 * the plan is still valid.
 */
export async function deploymentPlan(
  context: IdentityContext,
  hash: string,
  { operation, appCode, expected }: PlanRequest,
): Promise<DeploymentPlan | Denied> {
  const deployment = await requireDeployment(context, hash, 'deployments:read')
  const input = await loadPlanInput(context.database, deployment)
  const decided = decidePlan(operation, appCode, input)
  if ('code' in decided) return denied(decided)
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([operation, appCode, input]))
    .digest('hex')
  if (expected !== null && expected !== fingerprint)
    throw new AppError(
      'CONFLICT',
      'The deployment plan is outdated because the deployment has changed. Load it again.',
      {
        details: { reason: 'plan_stale', fingerprint },
      },
    )
  return { kind: 'plan', fingerprint, ...decided }
}

async function loadPlanInput(database: Sql, deployment: DeploymentRow): Promise<DeploymentPlanInput> {
  const { id, accountId, hash, status, apps, templateId, templateVersion } = deployment
  const { query } = database
  const [template, agent, underWay, deployed] = await Promise.all([
    query.selectFrom('template').select('version').where('id', '=', templateId).executeTakeFirst(),
    query
      .selectFrom('agent')
      .select('id')
      .where('deploymentId', '=', id)
      .where('accountId', '=', accountId)
      .executeTakeFirst(),
    query
      .selectFrom('command')
      .select(['id', 'type', 'appCode'])
      .where('deploymentId', '=', id)
      .where('accountId', '=', accountId)
      .where('status', 'in', ['QUEUED', 'LEASED', 'RUNNING'])
      .where('type', 'not in', READ_ONLY_TYPES)
      .orderBy('id')
      .execute(),
    database.rows(listPastDeploys, { deploymentId: id, accountId }),
  ])
  return {
    deployment: { hash, status, apps, templateId, templateVersion },
    latestVersion: template?.version ?? null,
    hasAgent: agent !== undefined,
    underWay,
    deployed,
  }
}
