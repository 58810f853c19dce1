import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { AppError } from '#services/kernel/errors/app-error.js'

/** Throws if the stack is not that of the deployment: the caller has mixed up two purchases. A stack is named by id, slug or stack. */
export async function requireStack(
  { query }: Sql,
  deployment: Pick<DeploymentRow, 'templateId' | 'stack'>,
  stackId: string,
): Promise<void> {
  const template = await query
    .selectFrom('template')
    .select('slug')
    .where('id', '=', deployment.templateId)
    .executeTakeFirst()
  if (![deployment.templateId, deployment.stack, template?.slug].includes(stackId))
    throw new AppError('INVALID_ENROLMENT_TOKEN', 'The purchase token does not belong to this stack.')
}
