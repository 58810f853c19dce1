import type { OutboxEventRow } from '#entities/kernel/outbox-event.entity.js'
import type { Context } from '#services/kernel/context/context.js'

/** Topic: a message for installers is queued. */
export const BROKER_TOPIC = 'broker'

interface MessageDeployment {
  readonly hash: string
  readonly accountId: string
  readonly templateId: string | null
  readonly templateVersion: number | null
  readonly stack: string
  readonly name: string | null
  readonly status: string
  readonly apps: readonly unknown[]
  readonly slug: string | null
  readonly definition: Readonly<Record<string, unknown>> | null
}

/** Queues a broker message for installers: every event of a deployment, once per event. */
export async function queueBrokerMessage(
  event: OutboxEventRow,
  { database, config, notifier }: Context,
): Promise<void> {
  const hash = event.payload['deploymentHash']
  if (!config.amqpUrl || typeof hash !== 'string') return
  const input = await database.row<MessageDeployment>(
    `select d.hash, d.account_id, d.template_id, d.template_version, d.stack, d.name, d.status, d.apps, t.slug, t.definition
     from deployment d left join template t on t.id = d.template_id where d.hash = $1`,
    [hash],
  )
  if (!input) return
  const written = await database.run(
    `insert into broker_message (id, account_id, routing_key, body) values ($1, $2, $3, $4) on conflict (id) do nothing`,
    [event.id, input.accountId, event.type, brokerBody(event, input)],
  )
  if (written) notifier.notify([BROKER_TOPIC])
}

/**
 * Pure: the message. `project_id` and `stack_id` are two names of the same value, and every message contains the hash.
 */
export function brokerBody(
  event: Pick<OutboxEventRow, 'id' | 'type' | 'at' | 'payload'>,
  input: MessageDeployment,
): Record<string, unknown> {
  return {
    id: event.id,
    type: event.type,
    timestamp: event.at.toISOString(),
    deployment_hash: input.hash,
    project_id: input.templateId,
    stack_id: input.templateId,
    account_id: input.accountId,
    status: input.status.toLowerCase(),
    stack: input.stack,
    name: input.name,
    apps: input.apps,
    // Build instructions for the installer; later messages do not repeat them.
    ...(event.type === 'deployment.started'
      ? { template: { slug: input.slug, version: input.templateVersion, definition: input.definition } }
      : {}),
    data: event.payload,
  }
}
