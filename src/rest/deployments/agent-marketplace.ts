import { z } from 'zod'
import { completeDeployment } from '#services/deployments/completion/complete-deployment.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { templates, type ListedTemplate } from '#services/marketplace/templates/templates.js'
import { findTemplate } from '#services/marketplace/templates/template-queries.js'
import { authenticate } from '../authenticate.js'
import { text } from '../field-types.js'
import { describeRoutes } from '../openapi/route-description.js'
import { completionResponse, stackResponse, stacksResponse } from './responses/agents.js'
import type { RestHost } from '../rest-context.js'
import { pathParams, type RestApp } from '../type-provider.js'

/** More than the agent's page shows. */
const MAX_STACKS = 100

const completion = z.object({
  deployment_hash: z.string().min(1).max(128),
  purchase_token: z.string().min(1).max(200).describe('Enrollment token of the deployment.'),
  stack_id: z.string().min(1).max(200).describe('The template, by ID, slug or stack.'),
  server_ip: text(100).nullish().describe('Address of the server.'),
})

/**
 * The marketplace for agents and installers: approved templates for the agent's page, without a token; and, with a
 * service key, the completion of a deployment.
 */
export function agentMarketplaceRoutes(host: RestHost) {
  return (app: RestApp): void => {
    describeRoutes(app, { tag: 'Marketplace', access: 'anyone' })
    const base = '/api/v1/marketplace/stacks'
    const all = {
      operationId: 'listStacks',
      summary: `Returns the ${MAX_STACKS} latest templates for sale.`,
      response: { 200: stacksResponse },
    }
    app.get(base, { schema: all }, async (request) => {
      const { items, countAll } = await templates(
        host.anonymousContext(request),
        {},
        { first: MAX_STACKS, after: null },
      )
      return { stacks: items.map(toStack), total: await countAll() }
    })
    app.get(
      `${base}/:id`,
      {
        schema: {
          operationId: 'getStack',
          summary: 'Returns a template for sale.',
          params: pathParams({ id: 'ID or slug of the template.' }),
          response: { 200: stackResponse },
          errors: ['NOT_FOUND'],
        },
      },
      async (request) => {
        const { database } = host.anonymousContext(request)
        const { id } = request.params
        const template = (await findTemplate(database, { id })) ?? (await findTemplate(database, { slug: id }))
        if (!template) throw new AppError('NOT_FOUND', 'Stack not found.')
        return toStack(template)
      },
    )
    const completed = {
      preValidation: authenticate(host),
      schema: {
        operationId: 'completeDeployment',
        summary: 'Records that an installer has finished a deployment.',
        access: 'bearer' as const,
        body: completion,
        example: {
          deployment_hash: 'a1b2c3',
          purchase_token: 'enr_1',
          stack_id: 'wordpress',
          server_ip: '203.0.113.7',
        },
        response: { 200: completionResponse },
        errors: ['FORBIDDEN', 'NOT_FOUND', 'CONFLICT', 'INVALID_ENROLMENT_TOKEN'] as const,
      },
    }
    app.post('/api/v1/marketplace/deploy-complete', completed, async (request) => {
      const { body } = request
      const { deployment, first } = await completeDeployment(request.requestContext, {
        deploymentHash: body.deployment_hash,
        purchaseToken: body.purchase_token,
        stackId: body.stack_id,
        serverAddress: body.server_ip ?? null,
      })
      return {
        message: 'Deploy complete processed',
        item: {
          success: true as const,
          template_id: deployment.templateId,
          deployment_hash: deployment.hash,
          deploy_count_incremented: first,
        },
      }
    })
  }
}

/** No member is null: the agent throws the whole list away for one that it does not expect. */
const toStack = (template: ListedTemplate) => ({
  id: template.id,
  code: template.slug,
  slug: template.slug,
  name: template.name,
  description: template.shortDescription ?? template.name,
  stack: template.stack,
  tags: template.tags,
  version: String(template.version),
})
