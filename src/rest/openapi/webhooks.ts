import type { EventData } from '#services/kernel/outbox/event-data/define-event-data.js'
import { webhookEvents, type EventDefinitions } from '#services/kernel/outbox/event-data/events.js'
import type { JsonSchema, JsonSchemas } from './json-schemas.js'

/** The webhooks of an OpenAPI document: every event that endpoints receive, by its type. */
export function toWebhooks(events: EventDefinitions, schemas: JsonSchemas): Record<string, object> {
  const references = new Map<string, JsonSchema>()
  const referenceOf = (data: EventData): JsonSchema => {
    if (!references.has(data.name)) {
      schemas.components[data.name] = dataOf(data, schemas)
      references.set(data.name, { $ref: `#/components/schemas/${data.name}` })
    }
    return references.get(data.name)!
  }
  return Object.fromEntries(
    webhookEvents(events).map(([type, data]) => [type, { post: operationOf(type, data, referenceOf(data)) }]),
  )
}

const operationOf = (type: string, { description }: EventData, data: JsonSchema) => ({
  operationId: `on${type.replaceAll(/(?:^|[._])([a-z])/g, (_, letter: string) => letter.toUpperCase())}`,
  summary: `Event \`${type}\`: ${description}.`,
  tags: ['Webhooks'],
  security: [],
  parameters: HEADERS,
  requestBody: {
    required: true,
    content: {
      'application/json': {
        schema: {
          type: 'object',
          properties: { type: { const: type }, timestamp: { type: 'string', format: 'date-time' }, data },
          required: ['type', 'timestamp', 'data'],
        },
      },
    },
  },
  responses: { '2XX': { description: 'The event is stored. Every other response repeats the delivery.' } },
})

/** Headers of Standard Webhooks. */
const HEADERS = [
  ['webhook-id', 'The same for each delivery of an event.'],
  ['webhook-timestamp', 'Time of the delivery in seconds since 1970.'],
  ['webhook-signature', 'Signatures of ID, timestamp and body, separated by spaces.'],
].map(([name, description]) => ({ name, in: 'header', required: true, description, schema: { type: 'string' } }))

/** Data of an event with the members that each event has. New members can be added. */
function dataOf({ schema, description, isOfAccount }: EventData, schemas: JsonSchemas): JsonSchema {
  const {
    additionalProperties: _,
    properties,
    required,
    ...shown
  } = schemas.of(schema, 'output') as {
    readonly additionalProperties?: unknown
    readonly properties?: object
    readonly required?: readonly string[]
  }
  const type = isOfAccount ? 'string' : ['string', 'null']
  return {
    ...shown,
    description,
    properties: {
      accountId: { type, description: 'ID of the account.' },
      accountExternalId: { type: ['string', 'null'], description: 'ID of the account in the application.' },
      ...properties,
    },
    required: ['accountId', 'accountExternalId', ...(required ?? [])],
  }
}
