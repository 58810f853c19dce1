import { z } from 'zod'
import { currency, integer, mergeMetadata, metadata, text } from '../api/fields.js'
import { route } from '../api/route.js'
import { createGrantedToken, endToken, requireToken } from './granted-token.object.js'

const creation = z.strictObject({
  payment_method: text,
  usage_limits: z.strictObject({ currency, max_amount: integer, expires_at: integer }),
  seller_details: z.strictObject({ network_id: text.optional(), external_id: text.optional() }).optional(),
  metadata: metadata.optional(),
  shared_metadata: metadata.optional(),
})

/** Shared payment tokens: a buyer grants one in a test, and the seller reads it. Payment intents spend it. */
export const grantedTokenRoutes = [
  route('POST', '/v1/test_helpers/shared_payment/granted_tokens', creation, (world, { input }) =>
    createGrantedToken(world, { ...input, shared_metadata: mergeMetadata({}, input.shared_metadata) }),
  ),
  route('GET', '/v1/shared_payment/granted_tokens/:token', z.strictObject({}), (world, { path }) =>
    requireToken(world, path['token'] ?? ''),
  ),
  route(
    'POST',
    '/v1/test_helpers/shared_payment/granted_tokens/:token/revoke',
    z.strictObject({}),
    (world, { path }) => {
      const token = requireToken(world, path['token'] ?? '')
      return token.deactivated_reason === null ? endToken(world, token, 'revoked') : token
    },
  ),
]
