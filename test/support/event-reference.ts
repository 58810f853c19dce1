import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { JsonSchemas } from '#rest/openapi/json-schemas.js'
import type { EventData } from '#services/kernel/outbox/event-data/define-event-data.js'
import { allDeclared } from '#modules/all-declarations.js'
import { webhookEvents } from '#services/kernel/outbox/event-data/events.js'

const WEBHOOK_EVENTS = webhookEvents(allDeclared.events)

interface Shown {
  readonly type?: string | readonly string[]
  readonly format?: string
  readonly description?: string
  readonly properties?: Readonly<Record<string, Shown>>
  readonly required?: readonly string[]
  readonly items?: Shown
  readonly anyOf?: readonly Shown[]
}

/** Types of events with the same data. */
interface Group {
  readonly types: readonly string[]
  readonly schema: Shown
}

interface Generator {
  readonly eventGroups: (
    events: typeof WEBHOOK_EVENTS,
    schemaOf: (schema: EventData['schema']) => Shown,
  ) => readonly Group[]
}
const generator = pathToFileURL(join(process.cwd(), 'packages/client/scripts/event-types.mjs')).href
const { eventGroups } = (await import(generator)) as Generator

/** Types of the events that webhooks deliver, in alphabetical order. */
export const WEBHOOK_TYPES: readonly string[] = WEBHOOK_EVENTS.map(([type]) => type).toSorted()

/** Table of `docs/events.md`. */
export function eventDataTable(): string {
  const schemas = new JsonSchemas()
  const rows = eventGroups(WEBHOOK_EVENTS, (schema) => schemas.of(schema, 'output') as Shown).map(
    ({ types, schema }) => {
      const members = Object.entries(schema.properties ?? {}).map(([name, member]) => {
        const isOptional = !schema.required?.includes(name)
        return `\`${name}\` ${documented(member)}${isOptional ? ', optional' : ''}`
      })
      return `| ${types.map((type) => `\`${type}\``).join(' · ')} | ${members.join(' · ')} |`
    },
  )
  return `| Types | Members |\n|---|---|\n${rows.join('\n')}`
}

function documented(schema: Shown): string {
  if (schema.anyOf) return schema.anyOf.map(documented).join(' or ')
  const types = [schema.type ?? []].flat()
  const [type] = types.filter((each) => each !== 'null')
  const suffix = types.includes('null') && type !== undefined ? ' or null' : ''
  if (type === 'array') return `list of ${documented(schema.items!)}${suffix}`
  if (type === 'object' && schema.properties) return `{ ${Object.keys(schema.properties).join(', ')} }${suffix}`
  return `${schema.format === 'date-time' ? 'time' : (type ?? 'null')}${suffix}`
}
