import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { newId } from '#services/kernel/ids/ids.js'
import { hashSecret, randomSecret } from '#services/kernel/secrets/secret-box.js'

/** Makes the token that lets one agent register for a deployment; only its hash is kept. */
export async function issueEnrollmentToken(
  transaction: Transaction,
  deployment: { id: string; accountId: string },
): Promise<string> {
  const token = `enrol_${randomSecret()}`
  await transaction.run(
    `insert into enrollment_token (id, account_id, deployment_id, token_hash) values ($1, $2, $3, $4)`,
    [newId('enr'), deployment.accountId, deployment.id, hashSecret(token)],
  )
  return token
}

/** Uses a token up. False when it is unknown, of another deployment, or used. */
export async function redeemEnrollmentToken(
  transaction: Transaction,
  deploymentId: string,
  token: string,
): Promise<boolean> {
  const used = await transaction.run(
    `update enrollment_token set used_at = now() where token_hash = $1 and deployment_id = $2 and used_at is null`,
    [hashSecret(token), deploymentId],
  )
  return used === 1
}

/** The deployment that a token was made for, used or not; undefined for a token that we never made. */
export const deploymentOfEnrollmentToken = (
  sql: Sql,
  token: string,
): Promise<Pick<DeploymentRow, 'hash' | 'templateId' | 'stack'> | undefined> =>
  sql.row(
    `select d.hash, d.template_id, d.stack from enrollment_token e join deployment d on d.id = e.deployment_id where e.token_hash = $1`,
    [hashSecret(token)],
  )
