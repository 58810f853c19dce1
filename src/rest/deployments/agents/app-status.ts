import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { RequestContext } from '#context/request-context.js'
import { recordAppStates } from '#services/deployments/app-states/record-app-states.js'
import { readAppStatus } from '#services/deployments/app-states/read-app-states.js'
import { LARGE_REPORT_BYTES } from '#services/deployments/commands/report-reader.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { boundJson } from '#services/deployments/redaction/bound-json.js'
import { text } from '#rest/field-types.js'
import { parseJson, rawBodyOf } from '#rest/raw-body.js'
import { statusStoredResponse } from '../responses/agents.js'
import type { RestHost } from '#rest/rest-context.js'
import type { RestApp } from '#rest/type-provider.js'
import { authenticateSignature, reportOptions } from './agent-call.js'

const appStatus = z.object({
  deployment_hash: z.string().max(128),
  app_code: text(100).min(1).describe('Code of the application. `all` has no effect.'),
  status: text(50),
  logs: z.array(z.unknown()).nullish().catch(null).describe('List of lines. Only the first one is read.'),
})

/** Sent after reports of health, logs and restarts. Its log lines are in the report and not stored twice. */
export function appStatusRoute(app: RestApp, host: RestHost): void {
  const pick = async (request: FastifyRequest): Promise<void> => {
    request.body = await appStatusOf(host.anonymousContext(request), rawBodyOf(request.body))
  }
  const preValidation = [authenticateSignature(host), pick]
  const options = {
    ...reportOptions(host),
    preValidation,
    schema: {
      operationId: 'reportAppStatus',
      summary: 'Reports the state of an application.',
      body: appStatus,
      example: { deployment_hash: 'a1b2c3', app_code: 'web', status: 'running' },
      response: { 200: statusStoredResponse },
      errors: ['NOT_FOUND'] as const,
    },
  }
  app.post('/api/v1/apps/status', options, async (request) => {
    const { agent, body } = request
    if (body.deployment_hash !== agent.deploymentHash) throw new AppError('NOT_FOUND', 'Deployment not found.')
    const states = readAppStatus(body.app_code, body.status, linesOf(body.logs))
    await recordAppStates(host.anonymousContext(request), agent, states)
    return { message: 'Status stored' }
  })
}

/** The body may contain log lines. They are ignored if parsing them would block the main thread; only a log is that long. */
const appStatusOf = async (context: RequestContext, body: Buffer) =>
  body.length > LARGE_REPORT_BYTES
    ? { ...(await context.reportReader.pick(body, ['deployment_hash', 'app_code', 'status'])), logs: [] }
    : parseJson(boundJson(body).bytes)

const linesOf = (logs: readonly unknown[] | null | undefined): string[] | null =>
  logs ? logs.slice(0, 1).map((line) => (typeof line === 'string' ? line : '')) : null
