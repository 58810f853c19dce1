import { sql } from 'kysely'
import { PRIORITY_RANK } from '#entities/deployments/command.entity.js'
import { functionForm } from '#services/kernel/database/forms.js'
import { inTransaction } from '#services/kernel/database/in-transaction.js'
import { jsonb } from '#services/kernel/database/query-builder.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { SecretBox } from '#services/kernel/secrets/secret-box.js'
import { insertDeploymentEvents } from '../model/write-deployment-events.citus.js'
import { insertCommands, type CommandToInsert } from './insert-commands.js'
import { sealParameters } from './secret-parameters.js'
import type { TransitionedCommand } from './transition-commands.js'

/** Enqueues a command of a deployment that is on the machine of its account, as `insertCommands` does for many elsewhere. */
const insertCommand = (
  database: Sql,
  secrets: SecretBox,
  { deployment: known, command, priority, timeoutSeconds, expiresInSeconds, userId, once }: CommandToInsert,
): Promise<TransitionedCommand | null> =>
  inTransaction(database, async (transaction) => {
    const deployment = await transaction.query
      .updateTable('deployment')
      .set((eb) => ({ version: eb('version', '+', 1) }))
      .where('id', '=', known.id)
      .where('accountId', '=', known.accountId)
      .where('status', '<>', 'STOPPED')
      .where(sql<string>`md5(apps::text)`, '=', known.appsMark)
      .returning(['id', 'accountId', 'hash', 'version'])
      .executeTakeFirst()
    if (!deployment) return null
    const id = transaction.newId('cmd')
    if (once)
      await transaction.query
        .insertInto('idempotency_key')
        .values({ ...once.scope, fingerprint: once.fingerprint, resultType: 'Command', resultId: id })
        .execute()
    const { shown, sealed } = sealParameters(secrets, id, command)
    const inserted = await transaction.query
      .insertInto('command')
      .values({
        id,
        accountId: deployment.accountId,
        deploymentId: deployment.id,
        deploymentHash: deployment.hash,
        type: command.type,
        appCode: command.appCode,
        priority: PRIORITY_RANK[priority],
        queuePosition: deployment.version,
        parameters: jsonb(shown),
        parametersSealed: sealed,
        status: 'QUEUED',
        timeoutSeconds,
        expiresAt: sql`now() + make_interval(secs => ${expiresInSeconds})`,
        warnings: jsonb([]),
        createdByUserId: userId,
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    const events = await insertDeploymentEvents(transaction, deployment, [
      {
        id: transaction.newId('evt'),
        type: 'command.queued',
        summary: `${command.type} was queued.`,
        subjectType: 'Command',
        subjectId: id,
        data: { status: 'QUEUED', previousStatus: null, detail: null },
      },
    ])
    return { command: inserted, events }
  })

export const insertCommandForms = [
  functionForm(insertCommands, (database, secrets, requested) =>
    Promise.all(requested.map((one) => insertCommand(database, secrets, one))),
  ),
]
