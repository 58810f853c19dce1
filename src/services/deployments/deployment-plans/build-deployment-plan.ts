import { createHash } from 'node:crypto'
import type { CommandRow } from '#entities/deployments/command.entity.js'
import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { denied, type Denied } from '#services/kernel/idempotency/idempotent-mutation.js'
import { COMMANDS } from '../commands/command-registry.js'
import {
  decidePlan,
  type DecidedPlan,
  type PastDeploy,
  type DeploymentPlanInput,
  type PlannedOperation,
} from './decide-plan.js'

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

const LOOKS = COMMANDS.filter(({ readOnly }) => readOnly).map(({ type }) => type)

/**
 * Steps of an operation, and a fingerprint of the data that they depend on. With a fingerprint as input, checks that
 * the plan is still valid. The caller's access must be checked before.
 */
export async function deploymentPlan(
  sql: Sql,
  deployment: DeploymentRow,
  { operation, appCode, expected }: PlanRequest,
): Promise<DeploymentPlan | Denied> {
  const input = await loadPlanInput(sql, deployment)
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

async function loadPlanInput(sql: Sql, deployment: DeploymentRow): Promise<DeploymentPlanInput> {
  const { id, hash, status, apps, templateId, templateVersion } = deployment
  const [template, agent, underWay, deployed] = await Promise.all([
    sql.row<{ version: number }>(`select version from template where id = $1`, [templateId]),
    sql.row(`select 1 from agent where deployment_id = $1`, [id]),
    sql.rows<Pick<CommandRow, 'id' | 'type' | 'appCode'>>(
      `select id, type, app_code from command where deployment_id = $1 and status in ('QUEUED', 'LEASED', 'RUNNING') and type <> all($2) order by id`,
      [id, LOOKS],
    ),
    sql.rows<PastDeploy>(
      `select past.id, past.app_code, past.parameters, past.finished_at
       from (select distinct app_code from command where deployment_id = $1 and type = 'deploy_app' and app_code is not null) app,
         lateral (select * from command where deployment_id = $1 and app_code = app.app_code and type = 'deploy_app'
           and status = 'SUCCEEDED' order by id desc limit 2) past
       order by past.app_code, past.id desc`,
      [id],
    ),
  ])
  return {
    deployment: { hash, status, apps, templateId, templateVersion },
    latestVersion: template?.version ?? null,
    hasAgent: agent !== undefined,
    underWay,
    deployed,
  }
}
