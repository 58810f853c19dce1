import { sql } from 'kysely'
import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { claimName, releaseName } from '#services/identity/accounts/account-directory.js'
import { hashSecret, randomSecret } from '#services/kernel/secrets/secret-box.js'

/** Makes the token that lets one agent register for a deployment; only its hash is kept. */
export async function issueEnrollmentToken(
  transaction: Transaction,
  deployment: { id: string; accountId: string },
): Promise<string> {
  const token = `enrol_${randomSecret()}`
  const tokenHash = hashSecret(token)
  await claimName(transaction, { kind: 'ENROLLMENT_TOKEN', name: tokenHash }, deployment.accountId)
  await transaction.query
    .insertInto('enrollment_token')
    .values({
      id: transaction.newId('enr'),
      accountId: deployment.accountId,
      deploymentId: deployment.id,
      tokenHash,
    })
    .execute()
  return token
}

/** Ends the tokens of a deployment that no agent has used. */
export async function deleteUnusedTokens(
  transaction: Transaction,
  deployment: { id: string; accountId: string },
): Promise<void> {
  const unused = await transaction.query
    .deleteFrom('enrollment_token')
    .where('deploymentId', '=', deployment.id)
    .where('accountId', '=', deployment.accountId)
    .where('usedAt', 'is', null)
    .returning('tokenHash')
    .execute()
  for (const { tokenHash } of unused) await releaseName(transaction, { kind: 'ENROLLMENT_TOKEN', name: tokenHash })
}

/** Uses a token. False if it is unknown, of another deployment, or used. */
export async function redeemEnrollmentToken(
  transaction: Transaction,
  { id: deploymentId, accountId }: DeploymentRow,
  token: string,
): Promise<boolean> {
  const { numUpdatedRows } = await transaction.query
    .updateTable('enrollment_token')
    .set({ usedAt: sql`now()` })
    .where('tokenHash', '=', hashSecret(token))
    .where('deploymentId', '=', deploymentId)
    .where('accountId', '=', accountId)
    .where('usedAt', 'is', null)
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

/** The deployment that a token was made for, used or not; undefined for a token that we never made. */
export const deploymentOfEnrollmentToken = (
  { query }: Sql,
  token: string,
): Promise<Pick<DeploymentRow, 'hash' | 'templateId' | 'stack'> | undefined> =>
  query
    .selectFrom('enrollment_token')
    .innerJoin('deployment', (join) =>
      join
        .onRef('deployment.id', '=', 'enrollment_token.deploymentId')
        .onRef('deployment.accountId', '=', 'enrollment_token.accountId'),
    )
    .select(['deployment.hash', 'deployment.templateId', 'deployment.stack'])
    .where('enrollment_token.tokenHash', '=', hashSecret(token))
    .executeTakeFirst()
