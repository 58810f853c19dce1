import { z } from 'zod'
import { completeDeployment } from '../services/deployments/completion/complete-deployment.js'
import { AppError } from '../services/kernel/errors/app-error.js'
import { countTemplates, templates, type ListedTemplate } from '../services/marketplace/templates/templates.js'
import { findTemplate } from '../services/marketplace/templates/template-queries.js'
import { authenticate } from './authenticate.js'
import { text } from './field-types.js'
import { completionResponse, stackResponse, stacksResponse } from './responses/agents.js'
import type { RestHost } from './rest-context.js'
import { pathParams, type RestApp } from './type-provider.js'

/** More than the agent's page shows. */
const MAX_STACKS = 100

const completion = z.object({
  deployment_hash: z.string().min(1).max(128),
  purchase_token: z.string().min(1).max(200),
  stack_id: z.string().min(1).max(200),
  server_ip: text(100).nullish(),
})

/**
 * The marketplace for agents and installers: approved templates for the agent's page, without a token; and, with a
 * service key, the completion of a deployment.
 */
export function agentMarketplaceRoutes(host: RestHost) {
  return (app: RestApp): void => {
    const base = '/api/v1/marketplace/stacks'
    app.get(base, { schema: { response: { 200: stacksResponse } } }, async (request) => {
      const { database } = host.anonymousContext(request)
      const { items } = await templates(database, {}, { first: MAX_STACKS, after: null })
      return { stacks: items.map(toStack), total: await countTemplates(database, {}) }
    })
    app.get(
      `${base}/:id`,
      { schema: { params: pathParams('id'), response: { 200: stackResponse } } },
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
      schema: { body: completion, response: { 200: completionResponse } },
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
