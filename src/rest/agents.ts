import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { CommandRow } from '../entities/deployments/command.entity.js'
import { authenticateAgent, type AuthenticatedAgent } from '../services/deployments/agents/authenticate-agent.js'
import { enrolAgent } from '../services/deployments/agents/register-agent.js'
import { acceptReport } from '../services/deployments/commands/accept-report.js'
import { markRunning, returnToQueue } from '../services/deployments/commands/claim-command.js'
import type { Report } from '../services/deployments/commands/decide-outcome.js'
import { openParameters } from '../services/deployments/commands/secret-parameters.js'
import { supersedeOutstanding, waitForCommand } from '../services/deployments/commands/wait-for-command.js'
import { OFFLINE_AFTER_SECONDS } from '../services/deployments/presence/presence.js'
import { AppError } from '../services/kernel/errors/app-error.js'
import type { RequestContext } from '../context/request-context.js'
import { parseBody } from './parse-body.js'
import { keepRawBodies, rawBodyOf } from './raw-body.js'
import { sendDenial, type RestHost } from './rest-context.js'

const MAX_REPORT_BYTES = 16 * 1_048_576
const DEFAULT_WAIT_SECONDS = 30
const MAX_WAIT_SECONDS = 120
/** Half of the silence after which an agent counts as offline: a long poll is no silence. */
const BEAT_MS = (OFFLINE_AFTER_SECONDS * 1000) / 2

const registration = z.object({
  deployment_hash: z.string().min(1).max(128),
  capabilities: z.array(z.string().max(100)).max(100).default([]),
  system_info: z.record(z.string(), z.unknown()).default({}),
  agent_version: z.string().max(100).nullish(),
  enrolment_token: z.string().max(200).nullish(),
})

const reportBody = z.looseObject({ command_id: z.string().min(1).max(200) })

/** What the agent calls. It only ever pulls: nothing here dials out. Envelopes and codes are those that the real agent expects. */
export function agentRoutes(host: RestHost) {
  return (app: FastifyInstance): void => {
    void app.register((scope, _options, done) => {
      keepRawBodies(scope)
      scope.post('/api/v1/agent/register', (request, reply) => register(host, request, reply))
      // Not for HEAD: it would take a command and deliver nothing.
      scope.get('/api/v1/agent/commands/wait/:hash', { exposeHeadRoute: false }, (request, reply) =>
        wait(host, request, reply),
      )
      for (const path of ['/api/v1/agent/commands/report', '/api/v1/commands/report'])
        scope.post(path, { bodyLimit: MAX_REPORT_BYTES }, (request, reply) => report(host, request, reply))
      done()
    })
  }
}

async function register(host: RestHost, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const body = parseBody(registration, rawBodyOf(request.body))
  const outcome = await enrolAgent(host.anonymousContext(request), {
    deploymentHash: body.deployment_hash,
    capabilities: body.capabilities,
    version: body.agent_version ?? null,
    systemInfo: body.system_info,
    enrolmentToken: body.enrolment_token ?? null,
  })
  if (outcome.kind === 'denied') return sendDenial(reply, outcome.denial)
  const item = {
    agent_id: outcome.agent.id,
    agent_token: outcome.token,
    dashboard_version: '2.0.0',
    supported_api_versions: ['1.0'],
  }
  return reply.code(201).send({ data: { item } })
}

async function wait(host: RestHost, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const context = host.anonymousContext(request)
  const agent = await authenticated(context, request)
  const { hash } = request.params as { hash: string }
  if (hash !== agent.deploymentHash) throw new AppError('NOT_FOUND', 'There is no such deployment.')
  const seconds = waitSeconds((request.query as { timeout?: string }).timeout)
  await supersedeOutstanding(context, agent.deploymentId)

  const gone = new AbortController()
  const close = () => gone.abort()
  reply.raw.once('close', close)
  request.server.waitingPolls.add(close)
  const pulse = setInterval(() => void context.agentTraffic.beat(agent.id).catch(() => undefined), BEAT_MS)
  try {
    const command = await waitForCommand(context, agent.deploymentId, seconds * 1000, gone.signal)
    if (command) followDelivery(context, reply, command)
    return await reply.send({
      message: command ? 'Command available' : 'No command',
      item: command && toItem(context, command),
      meta: {},
    })
  } finally {
    clearInterval(pulse)
    request.server.waitingPolls.delete(close)
    reply.raw.off('close', close)
  }
}

/** `running` means that the response was flushed; a connection that closes before gives the command back to the queue. */
function followDelivery(context: RequestContext, reply: FastifyReply, command: CommandRow): void {
  let delivered = false
  const settle = (work: Promise<void>) =>
    void work.catch((error: unknown) =>
      context.log.error({ err: error, command: command.id }, 'delivery could not be noted; the lease decides'),
    )
  if (reply.raw.destroyed) {
    settle(returnToQueue(context, command))
    return
  }
  reply.raw.once('finish', () => {
    delivered = true
    settle(markRunning(context, command))
  })
  reply.raw.once('close', () => {
    if (!delivered) settle(returnToQueue(context, command))
  })
}

async function report(host: RestHost, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const context = host.anonymousContext(request)
  const agent = await authenticated(context, request)
  const body = parseBody(reportBody, rawBodyOf(request.body)) as Report
  const { changed } = await acceptReport(context, agent, body)
  const message = changed ? 'Report accepted' : 'Report stored; the command was settled before'
  return reply.code(200).send({ message, item: { accepted: true, message } })
}

/** 401 for what is wrong with the request; trouble of our own is 503, since a spurious 401 makes the agent change its token. */
async function authenticated(context: RequestContext, request: FastifyRequest): Promise<AuthenticatedAgent> {
  try {
    return await authenticateAgent(context, request.headers, rawBodyOf(request.body))
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError('UNAVAILABLE', 'The agent cannot be checked right now.', { cause: error })
  }
}

/** At most two minutes; what is no number is the agent's own default. */
function waitSeconds(text: string | undefined): number {
  const seconds = Number(text ?? DEFAULT_WAIT_SECONDS)
  return Number.isFinite(seconds) ? Math.min(MAX_WAIT_SECONDS, Math.max(0, seconds)) : DEFAULT_WAIT_SECONDS
}

const PRIORITIES = ['low', 'normal', 'high', 'critical']

/** The command as the agent reads it; `parameters` is always an object and names the deployment. */
const toItem = (context: RequestContext, command: CommandRow) => ({
  id: command.id,
  command_id: command.id,
  deployment_hash: command.deploymentHash,
  type: command.type,
  parameters: { ...openParameters(context.secrets, command), deployment_hash: command.deploymentHash },
  priority: PRIORITIES[command.priority],
  timeout_seconds: command.timeoutSeconds,
  created_at: command.createdAt.toISOString(),
})

declare module 'fastify' {
  interface FastifyInstance {
    /** Functions that end the long polls under way; called when the server drains. */
    waitingPolls: Set<() => void>
  }
}
