import { composeTokenPath } from '#services/deployments/model/compose-token.js'
import { queueTopic } from '#services/deployments/model/queue-topic.js'
import { deleteRows, type ErasureRule } from '#services/identity/account-data/erasure-rule.js'
import { jsonb } from '#services/kernel/database/query-builder.js'

/** Deployments, agents and commands. */
export const deploymentErasure: readonly ErasureRule[] = [
  deleteRows('command_report'),
  deleteRows('command'),
  deleteRows('app_state'),
  deleteRows('server_metrics'),
  deleteRows('server_load'),
  deleteRows('agent_alarm'),
  deleteRows('agent_outage'),
  deleteRows('agent_notification'),
  deleteRows('enrollment_token'),
  deleteRows('compose_agent'),
  deleteRows('retired_agent_token', false),
  deleteRows('agent_nonce', false),
  deleteRows('agent'),
  {
    table: 'deployment',
    on: 'anonymize',
    anonymize: async (transaction, accountId) => {
      const { query } = transaction
      const deployments = await query
        .selectFrom('deployment')
        .select(['id', 'hash'])
        .where('accountId', '=', accountId)
        .execute()
      await query
        .deleteFrom('stored_secret')
        .where(
          'path',
          'in',
          deployments.map(({ hash }) => composeTokenPath(hash)),
        )
        .execute()
      for (const { id } of deployments) transaction.announce(queueTopic(id)) // held polls of their agents end
      // A deployment without its events restarts its sequence.
      await query
        .updateTable('deployment')
        .set({ name: null, apps: jsonb([]), status: 'STOPPED', version: 0, valuesSealed: null })
        .where('accountId', '=', accountId)
        .execute()
    },
    exported: true,
  },
  deleteRows('broker_message', false),
]
