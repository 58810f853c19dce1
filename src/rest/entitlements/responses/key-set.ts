import { z } from 'zod'
import { component } from '#rest/responses/fields.js'

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
