import { z } from 'zod'
import { component, wordOf } from '#rest/responses/fields.js'

const condition = wordOf('ok', 'down')

export const liveResponse = z.strictObject({ status: z.literal('ok') }).describe('The process responds.')

export const readinessResponse = component('Readiness', 'Whether this process can serve requests now.', {
  ready: z.boolean(),
  database: condition.describe('`ok` if all connections are.'),
  connections: z.record(z.string(), condition).describe('Each kind of connection to the database.'),
  clock: wordOf('ok', 'wrong').describe("`wrong` if this machine's clock differs from the database's."),
  sandbox: condition.nullable().describe('Null if this process started no payment sandbox.'),
  draining: z.boolean().describe('Whether the process is shutting down.'),
  mode: wordOf('sandbox', 'test', 'live'),
})
