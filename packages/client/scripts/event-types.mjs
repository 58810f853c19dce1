// Writes the names of the events that webhooks deliver, from the event types of the server. `npm run schema` runs it;
// test/architecture/client-events.test.ts compares the file.
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = resolve(fileURLToPath(import.meta.url), '../..')
/** Types that are in streams only, and the type of test events. */
const STREAM_ONLY = ['server.load', 'usage.recorded', 'webhook_event.received']
const TEST_TYPE = 'webhook.test'

export const eventTypesPath = 'src/generated/event-types.ts'

/** @param source text of src/services/ops/installation/event-types.ts */
export function eventTypesFile(source) {
  const published = [...source.matchAll(/^ {2}'([a-z_]+\.[a-z_]+)',$/gm)].map(([, type]) => type)
  const types = [...published.filter((type) => !STREAM_ONLY.includes(type)), TEST_TYPE].toSorted((left, right) =>
    left < right ? -1 : 1,
  )
  return `// Generated from src/services/ops/installation/event-types.ts by \`npm run schema\`. Do not edit.

/** Types of events that webhooks deliver. A newer server can send others. */
export const WEBHOOK_EVENT_TYPES = [
${types.map((type) => `  '${type}',\n`).join('')}] as const
`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const source = readFileSync(resolve(folder, '../../src/services/ops/installation/event-types.ts'), 'utf8')
  writeFileSync(resolve(folder, eventTypesPath), eventTypesFile(source))
}
