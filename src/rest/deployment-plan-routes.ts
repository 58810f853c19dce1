import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { deploymentPlan } from '../services/deployments/deployment-plans/build-deployment-plan.js'
import { PLANNED } from '../services/deployments/deployment-plans/decide-plan.js'
import type { RequestContext } from '../context/request-context.js'
import { authenticateSignedIn } from './authenticate.js'
import { DEPLOYMENT_SCHEMA } from './command-view.js'
import { planResponse } from './responses/deployments.js'
import { sendDenial, type RestHost } from './rest-context.js'
import { pathParams, type RestApp } from './type-provider.js'

const fingerprint = z.string().max(200).nullish()
/** Unknown members are an error: a request with a misspelled fingerprint must not be confirmed. */
const requested = z.strictObject({
  operation: z.enum(PLANNED),
  app_code: z.string().min(1).max(100).nullish(),
  expected_fingerprint: fingerprint,
  /** The spelling of the older server. */
  expectedFingerprint: fingerprint,
})

/** Plan of a deployment or a rollback. Read-only; an outdated fingerprint is 409 `plan_stale`. */
export function deploymentPlanRoutes(host: RestHost) {
  return (app: RestApp): void => {
    app.addHook('preValidation', authenticateSignedIn(host))
    const params = pathParams('hash')
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
    app.get(path, { schema: { params, querystring: requested, response } }, async (request, reply) => {
      const { requestContext: context } = request
      const { hash } = request.params
      return answer(context, reply, hash, request.query)
    })
    app.post(path, { schema: { params, body: requested, response } }, async (request, reply) => {
      const { requestContext: context } = request
      const { hash } = request.params
      return answer(context, reply, hash, request.body)
    })
  }
}
