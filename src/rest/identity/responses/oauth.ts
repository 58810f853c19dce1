import { z } from 'zod'
import { component, wordOf } from '#rest/responses/fields.js'

export const accessTokenResponse = component('AccessToken', 'An access token (RFC 6749, section 5.1).', {
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: z.number().describe('Seconds.'),
  scope: z.string().describe('Granted scopes, separated by spaces.'),
})

/** Body of an error in the format of OAuth 2.0 (RFC 6749, section 5.2), with the fields of other errors. */
export const oauthError = z
  .strictObject({
    error: wordOf('invalid_client', 'invalid_scope', 'invalid_request', 'unsupported_grant_type'),
    error_description: z.string(),
    code: z.string(),
    message: z.string(),
    request_id: z.string(),
  })
  .meta({ id: 'OAuthError', title: 'OAuthError', description: 'An error of the token endpoint (RFC 6749).' })
