import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { deploymentPlan } from '#services/deployments/deployment-plans/build-deployment-plan.js'
import { PLANNED } from '#services/deployments/deployment-plans/decide-plan.js'
import type { RequestContext } from '#context/request-context.js'
import { authenticateSignedIn } from '../authenticate.js'
import { DEPLOYMENT_SCHEMA } from './command-view.js'
import { describeRoutes } from '../openapi/route-description.js'
import { planResponse } from './responses/deployments.js'
import { sendDenial, type RestHost } from '../rest-context.js'
import { HASH, pathParams, type RestApp } from '../type-provider.js'

const fingerprint = z.string().max(200).nullish()
/** Unknown members are an error: a request with a misspelled fingerprint must not be confirmed. */
const requested = z.strictObject({
  operation: z.enum(PLANNED),
  app_code: z.string().min(1).max(100).nullish().describe('Only this application. Default: all.'),
  expected_fingerprint: fingerprint.describe('Denies the request if the state has changed since.'),
  expectedFingerprint: fingerprint.describe('Alias of `expected_fingerprint`.'),
})

/** ogen would name the type of the parameter as it names the operation. */
const queriedOperation = z.enum(PLANNED).meta({ 'x-ogen-name': 'PlannedOperation' })

/** Plan of a deployment or a rollback. Read-only; an outdated fingerprint is 409 `plan_stale`. */
export function deploymentPlanRoutes(host: RestHost) {
  return (app: RestApp): void => {
    app.addHook('preValidation', authenticateSignedIn(host))
    const errors = ['NOT_FOUND', 'FORBIDDEN', 'CONFLICT', 'INVALID_PARAMETERS', 'INVALID_TRANSITION'] as const
    describeRoutes(app, { tag: 'Deployments', access: 'bearer', errors })
    const params = pathParams({ hash: HASH })
    const response = { 200: planResponse }
    const path = '/api/v1/deployments/:hash/plan'
    const answer = async (
      context: RequestContext,
      reply: FastifyReply,
      hash: string,
      given: z.infer<typeof requested>,
    ) => {
      const plan = await deploymentPlan(context, hash, {
        operation: given.operation,
        appCode: given.app_code ?? null,
        expected: given.expected_fingerprint ?? given.expectedFingerprint ?? null,
      })
      if (plan.kind === 'denied') return sendDenial(context, reply, plan.denial)
      return {
        message: 'Plan',
        item: {
          schemaVersion: DEPLOYMENT_SCHEMA,
          deployment_hash: hash,
          operation: given.operation,
          fingerprint: plan.fingerprint,
          steps: plan.steps.map((step) => ({
            app_code: step.appCode,
            command_type: step.commandType,
            change: step.change,
            to_command_id: step.toCommandId,
            parameters: step.parameters,
          })),
          warnings: plan.warnings,
        },
      }
    }
    const summary = 'Returns the commands that a deployment or a rollback would enqueue.'
    const queried = {
      operationId: 'getDeploymentPlan',
      summary,
      params,
      querystring: requested.extend({ operation: queriedOperation }),
      response,
    }
    app.get(path, { schema: queried }, async (request, reply) => {
      const { requestContext: context } = request
      const { hash } = request.params
      return answer(context, reply, hash, request.query)
    })
    const sent = { operationId: 'createDeploymentPlan', summary, params, body: requested, response }
    app.post(path, { schema: { ...sent, example: { operation: 'deploy' } } }, async (request, reply) => {
      const { requestContext: context } = request
      const { hash } = request.params
      return answer(context, reply, hash, request.body)
    })
  }
}
