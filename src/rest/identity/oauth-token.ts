import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { issueAccessToken } from '#services/identity/oauth/access-tokens.js'
import { accessTokenResponse, oauthError } from './responses/oauth.js'
import type { RestHost } from '../rest-context.js'
import type { RestApp } from '../type-provider.js'

const tokenRequest = z
  .object({
    grant_type: z.string().describe('`client_credentials`.'),
    client_id: z.string().max(200).optional().describe('ID of the client, without HTTP Basic.'),
    client_secret: z.string().max(500).optional().describe('Secret of the client, without HTTP Basic.'),
    scope: z.string().max(500).nullish().describe('Scopes, separated by spaces. Default: all of the client.'),
  })
  .meta({ id: 'ClientCredentials', title: 'ClientCredentials', description: 'Credentials of a client (RFC 6749).' })

/** OAuth 2.0 client credentials (RFC 6749, section 4.4) for services: by HTTP Basic, or in the body. */
export function oauthRoutes(host: RestHost) {
  return (app: RestApp): void => {
    app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
      done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    )
    // Attached instead of thrown: errors of this route have OAuth's format.
    const schema = {
      operationId: 'createAccessToken',
      summary: 'Exchanges client credentials for a token that is valid for an hour.',
      tag: 'Integrations' as const,
      access: 'client' as const,
      body: tokenRequest,
      consumes: ['application/x-www-form-urlencoded', 'application/json'],
      example: { grant_type: 'client_credentials', client_id: 'key_1', client_secret: 'sk_1' },
      response: { 200: accessTokenResponse, 400: oauthError, 401: oauthError },
      errors: ['RATE_LIMITED'] as const,
    }
    // A body that cannot be parsed never reaches the handler.
    const errorHandler = (error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void => {
      if (error.statusCode === 400 || error instanceof SyntaxError) refuse(reply, 'invalid_request')
      else void reply.send(error)
    }
    app.post('/oauth/token', { attachValidation: true, errorHandler, schema }, async (request, reply) => {
      if (request.validationError) return refuse(reply, 'invalid_request')
      const { body } = request
      if (body.grant_type !== 'client_credentials') return refuse(reply, 'unsupported_grant_type')
      const basic = basicCredentials(request.headers.authorization)
      const clientId = basic?.id ?? body.client_id
      const clientSecret = basic?.secret ?? body.client_secret
      if (!clientId || !clientSecret) return refuse(reply, 'invalid_client')
      const issued = await issueAccessToken(host.anonymousContext(request), {
        clientId,
        clientSecret,
        scope: body.scope ?? null,
      })
      if (typeof issued === 'string') return refuse(reply, issued)
      return reply.header('cache-control', 'no-store').send({
        access_token: issued.accessToken,
        token_type: 'Bearer',
        expires_in: issued.expiresIn,
        scope: issued.scope,
      })
    })
  }
}

/** Errors in OAuth's format, with our code in addition. */
const REJECTIONS = {
  invalid_client: [401, 'INVALID_TOKEN', 'Invalid client ID or secret.'],
  invalid_scope: [400, 'BAD_REQUEST', 'The client does not have all requested scopes.'],
  invalid_request: [400, 'BAD_REQUEST', 'grant_type: expected client_credentials, with client_id and client_secret.'],
  unsupported_grant_type: [400, 'BAD_REQUEST', 'grant_type: only client_credentials is supported.'],
} as const

function refuse(reply: FastifyReply, error: keyof typeof REJECTIONS): FastifyReply {
  const [status, code, message] = REJECTIONS[error]
  if (status === 401) reply.header('www-authenticate', 'Basic realm="oauth"')
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .send({ error, error_description: message, code, message, request_id: reply.request.id })
}

/** The client of `Authorization: Basic`, whose parts are form-encoded. */
function basicCredentials(authorization: string | undefined): { id: string; secret: string } | null {
  const [, encoded] = /^Basic +([A-Za-z0-9+/=]{1,2000})$/i.exec(authorization ?? '') ?? []
  if (!encoded) return null
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0 ? null : { id: decode(text.slice(0, colon)), secret: decode(text.slice(colon + 1)) }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
