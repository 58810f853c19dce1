import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { codeInfo, toRestFieldName } from '../services/kernel/codes/codes.js'
import { AppError } from '../services/kernel/errors/app-error.js'
import { pageRequest } from '../services/kernel/paging/page.js'
import { createTemplate, type TemplateOutcome } from '../services/marketplace/authoring/create-template.js'
import type { ContentInput } from '../services/marketplace/authoring/content-input.js'
import { updateTemplate } from '../services/marketplace/authoring/update-template.js'
import { recordView } from '../services/marketplace/counts/record-view.js'
import { deploymentEligibility } from '../services/marketplace/eligibility/deployment-eligibility.js'
import { deleteTemplate } from '../services/marketplace/review/delete-template.js'
import { defaultScope, listOwnTemplates } from '../services/marketplace/templates/list-own-templates.js'
import { templates, visibleTemplate } from '../services/marketplace/templates/templates.js'
import type { RequestContext } from '../context/request-context.js'
import { authenticate, authenticateSignedIn } from './authenticate.js'
import { denialFields, type RestPath } from './denial-body.js'
import { integerParameter } from './field-types.js'
import { eligibilityResponse, templateResponse, templatesResponse } from './responses/templates.js'
import { sendDenial, type RestHost } from './rest-context.js'
import { toTemplateItem, toFullTemplate } from './template-view.js'
import { pathParams, type RestApp } from './type-provider.js'

const DEFAULT_PAGE = 20

const listQuery = z.object({
  search: z.string().max(200).optional(),
  category: z.string().max(100).optional(),
  tag: z.string().max(100).optional(),
  sort: z.enum(['recent', 'popular', 'rating', 'name']).default('recent'),
  scope: z.enum(['public', 'own', 'all']).optional(),
  limit: integerParameter(1, 100, DEFAULT_PAGE),
  after: z.string().max(1000).optional(),
})

const eligibilityQuery = z.object({ stack: z.string().max(100).optional() })

const contentShape = {
  short_description: z.string().nullish(),
  description: z.string().nullish(),
  long_description: z.string().nullish(),
  category: z.string().nullish(),
  category_code: z.string().nullish(),
  tags: z.array(z.string()).nullish(),
  stack: z.string().nullish(),
  required_plan_name: z.string().nullish(),
  free: z.boolean().nullish(),
  infrastructure_requirements: z.unknown().optional(),
  tech_stack: z.unknown().optional(),
  definition: z.unknown().optional(),
  stack_definition: z.unknown().optional(),
}
/** Strict, so that a price is rejected by name: it belongs to the product. */
const createBody = z.strictObject({
  slug: z.string(),
  name: z.string(),
  ...contentShape,
  idempotency_key: z.string().optional(),
})
const updateBody = z.strictObject({ name: z.string().optional(), ...contentShape })
const params = pathParams('id')
const response = { 200: templateResponse }

/** Templates in the format of existing pages, with the permissions of GraphQL. */
export function templateRoutes(host: RestHost) {
  return (app: RestApp): void => {
    const [preValidation, signedIn] = [authenticate(host), authenticateSignedIn(host)]
    app.get(
      '/templates',
      { preValidation, schema: { querystring: listQuery, response: { 200: templatesResponse } } },
      async (request) => {
        const { requestContext: context } = request
        const { scope = defaultScope(context), limit, after = null, sort, tag, ...filter } = request.query
        const page = pageRequest({ first: limit, after }, DEFAULT_PAGE)
        const wanted = { ...filter, tags: tag ? [tag] : null, sort: SORTS[sort] }
        const found =
          scope === 'public'
            ? await templates(context.database, wanted, page)
            : await listOwnTemplates(context, scope, page)
        return {
          templates: await Promise.all(found.items.map((row) => toTemplateItem(context, row))),
          next: found.hasNextPage ? found.cursors.at(-1) : null,
        }
      },
    )

    app.get('/templates/:id', { preValidation, schema: { params, response } }, async (request) => {
      const { requestContext: context } = request
      const { id } = request.params
      const template = (await visibleTemplate(context, { id })) ?? (await visibleTemplate(context, { slug: id }))
      if (!template) throw new AppError('NOT_FOUND', 'Template not found.')
      if (template.status === 'APPROVED') recordView(context, template.id)
      return toFullTemplate(context, template)
    })

    const eligibility = { params, querystring: eligibilityQuery, response: { 200: eligibilityResponse } }
    app.get('/templates/:id/eligibility', { preValidation, schema: eligibility }, async (request) => {
      const { requestContext: context } = request
      const { id: templateId } = request.params
      const { stack = null } = request.query
      const { allowed, denials, explain } = await deploymentEligibility(context, { templateId, stack })
      return {
        allowed,
        denials: denials.map((denial) => ({
          ...denialFields(denial),
          error: codeInfo(denial.code).text,
          code: denial.code,
          message: denial.message,
        })),
        explain,
      }
    })

    const created = { body: createBody, response: { 201: templateResponse } }
    app.post('/templates', { preValidation: signedIn, schema: created }, async (request, reply) => {
      const { requestContext: context } = request
      const { body } = request
      const content = contentOf(body)
      return answer(
        context,
        reply.code(201),
        await createTemplate(context, {
          ...content,
          slug: body.slug,
          name: body.name,
          definition: content.definition,
          idempotencyKey: body.idempotency_key ?? context.database.newId('tpl'),
        }),
      )
    })

    app.put(
      '/templates/:id',
      { preValidation: signedIn, schema: { params, body: updateBody, response } },
      async (request, reply) => {
        const { requestContext: context } = request
        const { id } = request.params
        const { body } = request
        const name = body.name === undefined ? {} : { name: body.name }
        return answer(
          context,
          reply,
          await updateTemplate(context, { templateId: id, changes: { ...contentOf(body), ...name } }),
        )
      },
    )

    app.delete('/templates/:id', { preValidation, schema: { params, response } }, async (request, reply) => {
      const { requestContext: context } = request
      const { id } = request.params
      const outcome = await deleteTemplate(context, { templateId: id })
      // Without a key no call is a repetition, so the template is there.
      return answer(
        context,
        reply,
        outcome.kind === 'denied' ? outcome : { kind: 'template', template: outcome.template! },
      )
    })
  }
}

/** Fields whose REST name differs from their GraphQL name in snake case. */
const REST_FIELDS: Readonly<Record<string, string>> = {
  templateId: 'id',
  freeForever: 'free',
  requiredPlanCode: 'required_plan_name',
}

const SORTS = { recent: 'RECENT', popular: 'POPULAR', rating: 'RATING', name: 'NAME' } as const

/** Undefined fields stay undefined: null would delete the value. Here only texts and references are deleted by null. */
function contentOf(body: Omit<z.infer<typeof updateBody>, 'name'>): ContentInput {
  const given: Record<keyof ContentInput, unknown> = {
    name: undefined,
    shortDescription: body.short_description ?? body.description,
    longDescription: body.long_description,
    category: body.category ?? body.category_code,
    tags: body.tags ?? undefined,
    stack: body.stack ?? undefined,
    requiredPlanCode: body.required_plan_name,
    freeForever: body.free ?? undefined,
    definition: body.definition ?? body.stack_definition ?? undefined,
    infrastructureRequirements: body.infrastructure_requirements,
    techStack: body.tech_stack,
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

async function answer(context: RequestContext, reply: FastifyReply, outcome: TemplateOutcome): Promise<FastifyReply> {
  if (outcome.kind === 'denied') return sendDenial(context, reply, outcome.denial, restPath)
  return reply.send(await toFullTemplate(context, outcome.template))
}

/** Fields at fault by the names that they have here; the path after its first part is the caller's own. */
const restPath: RestPath = (path) => {
  const [head = '', ...rest] = path[0] === 'changes' ? path.slice(1) : path
  return [Object.hasOwn(REST_FIELDS, head) ? REST_FIELDS[head]! : toRestFieldName(String(head)), ...rest]
}
