import { z } from 'zod'
import { component, wordOf } from './fields.js'

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

export const keySetResponse = component('KeySet', 'Public keys (RFC 7517).', {
  keys: z.array(
    z.strictObject({
      kty: z.literal('OKP'),
      crv: z.literal('Ed25519'),
      alg: z.literal('EdDSA'),
      use: z.literal('sig'),
      kid: z.string(),
      x: z.string().describe('The key, as base64url.'),
    }),
  ),
})

export const accessTokenResponse = component('AccessToken', 'An access token (RFC 6749, section 5.1).', {
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: z.number().describe('Seconds.'),
  scope: z.string().describe('Granted scopes, separated by spaces.'),
})
