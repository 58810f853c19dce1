import { z } from 'zod'
import type { RequestContext } from '#context/request-context.js'
import { agentEnvironment, dashboardUrl } from '#services/deployments/agents/agent-environment.js'
import { enrollAgent, enrollByToken, type RegisterOutcome } from '#services/deployments/agents/register-agent.js'
import { serverInfo } from '#services/deployments/agents/server-info.js'
import { text } from '#rest/field-types.js'
import { parseRawBody } from '#rest/raw-body.js'
import { linkedAgent, registeredResponse } from '../responses/agents.js'
import { sendDenial, type RestHost } from '#rest/rest-context.js'
import type { RestApp } from '#rest/type-provider.js'

const registration = z.object({
  deployment_hash: z.string().min(1).max(128),
  capabilities: z.array(z.string().max(100)).max(100).default([]),
  system_info: serverInfo.default({}),
  agent_version: z.string().max(100).nullish(),
  enrolment_token: z.string().max(200).nullish().describe('Enrollment token of the deployment.'),
})

const purchase = z.object({
  purchase_token: z.string().min(1).max(200).describe('Enrollment token of the deployment.'),
  server_fingerprint: serverInfo.default({}),
  stack_id: text(200).min(1).nullish().describe('The template, by ID, slug or stack.'),
})

const REGISTRATION = {
  tag: 'Agent registration',
  access: 'body',
  errors: [
    'NOT_FOUND',
    'INVALID_ENROLMENT_TOKEN',
    'ALREADY_REGISTERED',
    'INVALID_PARAMETERS',
    'INVALID_TRANSITION',
    'LIMIT_REACHED',
  ],
} as const

/** Called by installers on the server. */
export function registrationRoutes(app: RestApp, host: RestHost): void {
  // The agent reads only its environment, so the response also contains that.
  const register = {
    preValidation: parseRawBody,
    schema: {
      operationId: 'registerAgent',
      summary: 'Registers the agent of a deployment. Its token is returned once.',
      ...REGISTRATION,
      body: registration,
      example: {
        deployment_hash: 'a1b2c3',
        capabilities: ['docker'],
        agent_version: '0.2.1',
        enrolment_token: 'enr_1',
      },
      response: { 201: registeredResponse },
    },
  }
  app.post('/api/v1/agent/register', register, async (request, reply) => {
    const { body } = request
    const context = host.anonymousContext(request)
    const outcome = await enrollAgent(context, {
      deploymentHash: body.deployment_hash,
      capabilities: body.capabilities,
      version: body.agent_version ?? null,
      systemInfo: body.system_info,
      enrolmentToken: body.enrolment_token ?? null,
    })
    if (outcome.kind === 'denied') return sendDenial(context, reply, outcome.denial)
    const { agent, token, deployment } = outcome
    const item = {
      agent_id: agent.id,
      agent_token: token,
      dashboard_version: '2.0.0',
      supported_api_versions: ['1.0'],
      environment: agentEnvironment(context, agent, token, deployment.hash),
      ...warned(outcome),
    }
    return reply.code(201).send({ data: { item } })
  })

  // `status register`: the purchase token is the deployment's enrollment token and identifies everything; the response
  // is a bare object.
  const registerPurchase = {
    preValidation: parseRawBody,
    schema: {
      operationId: 'registerAgentByPurchase',
      summary: 'Registers the agent of a purchased template by its token.',
      ...REGISTRATION,
      body: purchase,
      example: { purchase_token: 'enr_1', server_fingerprint: { os: 'linux' } },
      response: { 201: linkedAgent },
    },
  }
  app.post('/api/v1/marketplace/agents/register', registerPurchase, async (request, reply) => {
    const { body } = request
    const context = host.anonymousContext(request)
    const input = { capabilities: ['status_panel'], version: null, systemInfo: body.server_fingerprint }
    const outcome = await enrollByToken(context, input, body.purchase_token, body.stack_id ?? null)
    if (outcome.kind === 'denied') return sendDenial(context, reply, outcome.denial)
    return reply.code(201).send(toUnwrappedAgent(context, outcome))
  })
}

/** An agent with its token, as the agent's own pages and commands read it: without an envelope. */
export const toUnwrappedAgent = (
  context: RequestContext,
  outcome: Extract<RegisterOutcome, { kind: 'registered' }>,
) => ({
  agent_id: outcome.agent.id,
  agent_token: outcome.token,
  deployment_hash: outcome.deployment.hash,
  dashboard_url: dashboardUrl(context),
  ...warned(outcome),
})

const warned = ({ warnings }: Extract<RegisterOutcome, { kind: 'registered' }>) =>
  warnings.length > 0 ? { warnings } : {}
