import type { QueueName } from '#services/kernel/claim-loop/queues.js'
import type { OutboxEventRow } from '#entities/kernel/outbox-event.entity.js'
import type { Context } from '#services/kernel/context/context.js'
import type { TemplateRow } from '#entities/marketplace/template.entity.js'
import { deployableDefinition } from '#services/marketplace/templates/parameters/template-files.js'
import { jsonb } from '#services/kernel/database/query-builder.js'

/** Topic: a message for installers is queued. */
export const BROKER_TOPIC = 'broker' satisfies QueueName

interface MessageDeployment {
  readonly id: string
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
  readonly definitionText: string | null
  readonly parameters: TemplateRow['parameters'] | null
  readonly files: TemplateRow['files'] | null
}

/** Queues a broker message for installers: every event of a deployment, once per event. */
export async function queueBrokerMessage(
  event: OutboxEventRow,
  { database, settings, notifier }: Context,
): Promise<void> {
  const hash = event.payload['deploymentHash']
  if (!settings.AMQP_URL || typeof hash !== 'string') return
  const input = await database.query
    .selectFrom('deployment as d')
    .leftJoin('template as t', 't.id', 'd.templateId')
    .select([
      'd.id',
      'd.hash',
      'd.accountId',
      'd.templateId',
      'd.templateVersion',
      'd.stack',
      'd.name',
      'd.status',
      'd.apps',
    ])
    .select(['t.slug', 't.definition', 't.definitionText', 't.parameters', 't.files'])
    .where('d.hash', '=', hash)
    .executeTakeFirst()
  if (!input) return
  const body = brokerBody(event, input)
  const { numInsertedOrUpdatedRows } = await database.query
    .insertInto('broker_message')
    .values({
      id: event.id,
      accountId: input.accountId,
      routingKey: event.type,
      body: jsonb(body),
      bodyText: JSON.stringify(body),
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirstOrThrow()
  if (numInsertedOrUpdatedRows) notifier.notify([BROKER_TOPIC])
}

/**
 * Pure: the message. `project_id` and `stack_id` are two names of the installation, and every message contains the hash.
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
    project_id: input.id,
    stack_id: input.id,
    template_id: input.templateId,
    account_id: input.accountId,
    status: input.status.toLowerCase(),
    stack: input.stack,
    name: input.name,
    apps: input.apps,
    // Build instructions for the installer; later messages do not repeat them.
    ...(event.type === 'deployment.started'
      ? { template: { slug: input.slug, version: input.templateVersion, definition: definitionOf(input) } }
      : {}),
    data: event.payload,
  }
}

/** The definition as a single file. */
const definitionOf = ({ definition, definitionText, parameters, files }: MessageDeployment) =>
  definition && deployableDefinition({ definition, definitionText, parameters: parameters ?? [], files: files ?? [] })
