import { z } from 'zod'
import { linkAgent, loginForLinking } from '#services/deployments/agents/link-agent.js'
import { openLinkSession } from '#services/deployments/agents/link-session.js'
import { serverInfo } from '#services/deployments/agents/server-info.js'
import { parseRawBody } from '#rest/raw-body.js'
import { linkedAgent, loginResponse } from '../responses/agents.js'
import { sendDenial, type RestHost } from '#rest/rest-context.js'
import type { RestApp } from '#rest/type-provider.js'
import { toUnwrappedAgent } from './register.js'

const credentials = z.object({
  email: z.string().min(1).max(320),
  password: z.string().min(1).max(8192).describe('Token of the user; passwords are not stored.'),
})

const linking = z.object({
  session_token: z.string().min(1).max(8192).describe('`session_token` of the login.'),
  deployment_id: z.string().min(1).max(128).describe('Deployment hash.'),
  server_fingerprint: serverInfo.default({}),
  capabilities: z.array(z.string().max(100)).max(100).default([]),
})

const LINKING = {
  tag: 'Agent registration',
  access: 'body',
  errors: [
    'INVALID_TOKEN',
    'TOKEN_EXPIRED',
    'UNAUTHENTICATED',
    'FORBIDDEN',
    'NOT_FOUND',
    'INVALID_PARAMETERS',
    'INVALID_TRANSITION',
    'LIMIT_REACHED',
  ],
} as const

/** Routes of the agent's page. Responses are bare objects. */
export function linkRoutes(app: RestApp, host: RestHost): void {
  // Passwords are not stored: the password is a user token, as other requests send it in the header.
  const login = {
    preValidation: parseRawBody,
    schema: {
      operationId: 'loginAtAgent',
      summary: 'Signs a user in at the page of an agent.',
      ...LINKING,
      body: credentials,
      example: { email: 'ann@example.com', password: 'token-of-ann' },
      response: { 200: loginResponse },
    },
  }
  app.post('/api/v1/agent/login', login, async (request) => {
    const { email, password } = request.body
    const context = await host.contextOfToken(password, request)
    const { sessionToken, userId, deployments } = await loginForLinking(context, email)
    return {
      session_token: sessionToken,
      user_id: userId,
      deployments: deployments.map((deployment) => ({
        deployment_id: deployment.hash,
        stack_name: deployment.name ?? deployment.stack,
        status: deployment.status.toLowerCase(),
        created_at: deployment.createdAt.toISOString(),
      })),
    }
  })

  // Returns the token of the deployment that the user of the agent's page chose.
  const link = {
    preValidation: parseRawBody,
    schema: {
      operationId: 'linkAgent',
      summary: 'Links a server to a deployment of the user, and returns a new token of its agent.',
      ...LINKING,
      body: linking,
      example: { session_token: 'session-of-ann', deployment_id: 'a1b2c3', capabilities: ['docker'] },
      response: { 200: linkedAgent },
    },
  }
  app.post('/api/v1/agent/link', link, async (request, reply) => {
    const { body } = request
    const parts = host.anonymousContext(request)
    const context = host.contextAs(openLinkSession(parts, body.session_token), request)
    const outcome = await linkAgent(context, {
      deploymentHash: body.deployment_id,
      capabilities: body.capabilities,
      fingerprint: body.server_fingerprint,
    })
    if (outcome.kind === 'denied') return sendDenial(context, reply, outcome.denial)
    return toUnwrappedAgent(context, outcome)
  })
}
