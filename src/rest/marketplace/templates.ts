import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { toRestFieldName } from '#services/kernel/codes/codes.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { createTemplate, type TemplateOutcome } from '#services/marketplace/authoring/create-template.js'
import type { ContentInput } from '#services/marketplace/model/content-input.js'
import { updateTemplate } from '#services/marketplace/authoring/update-template.js'
import { deploymentEligibility } from '#services/marketplace/eligibility/deployment-eligibility.js'
import { deleteTemplate } from '#services/marketplace/review/delete-template.js'
import { defaultScope, listOwnTemplates } from '#services/marketplace/templates/list-own-templates.js'
import { templates, visibleTemplate } from '#services/marketplace/templates/templates.js'
import type { RequestContext } from '#context/request-context.js'
import { authenticate, authenticateSignedIn } from '../authenticate.js'
import type { RestPath } from '../denial-body.js'
import { denialBody } from '../entitlements/entitlement-bodies.js'
import { idempotencyKey, integerParameter } from '../field-types.js'
import { describeRoutes } from '../openapi/route-description.js'
import { eligibilityResponse, templateResponse, templatesResponse } from './responses/templates.js'
import { sendDenial, type RestHost } from '../rest-context.js'
import { toTemplateItem, toFullTemplate } from './template-view.js'
import { pathParams, type RestApp } from '../type-provider.js'

const DEFAULT_PAGE = 20

const listQuery = z.object({
  search: z.string().max(200).optional().describe('Words of the name or the descriptions.'),
  category: z.string().max(100).optional().describe('Code of a category.'),
  tag: z.string().max(100).optional(),
  sort: z.enum(['recent', 'popular', 'name']).default('recent').describe('Order.'),
  scope: z
    .enum(['public', 'own', 'all'])
    .optional()
    .describe(
      'Published templates, those of the caller, or all of them. Default: `all` for operators, `own` for vendors, otherwise `public`. Filters and order apply to `public` only.',
    ),
  limit: integerParameter(1, 100, DEFAULT_PAGE).describe('Templates of a page.'),
  after: z.string().max(1000).optional().describe('`next` of the page before.'),
})

const eligibilityQuery = z.object({
  stack: z.string().max(100).optional().describe('Stack to deploy. Default: that of the template.'),
})

const contentShape = {
  short_description: z.string().nullish(),
  description: z.string().nullish().describe('Alias of `short_description`.'),
  long_description: z.string().nullish(),
  category: z.string().nullish().describe('Code of a category.'),
  category_code: z.string().nullish().describe('Alias of `category`.'),
  tags: z.array(z.string()).nullish(),
  stack: z.string().nullish().describe('Code of the stack.'),
  required_plan_name: z.string().nullish().describe('Code of the lowest plan that can deploy the template.'),
  free: z.boolean().nullish().describe('Promises that the template stays free.'),
  infrastructure_requirements: z.unknown().optional().describe('Object with the needs of the server.'),
  tech_stack: z.unknown().optional().describe('Object that describes the software.'),
  icon: z.string().nullish().describe('HTTPS address of a square picture.'),
  pictures: z.array(z.string()).nullish().describe('HTTPS addresses of pictures, at most 10.'),
  links: z
    .array(z.strictObject({ label: z.string(), url: z.string() }))
    .nullish()
    .describe('Pages about the template, at most 10.'),
  definition: z
    .unknown()
    .optional()
    .describe('Definition of the stack, as a Compose file. Required for a new template.'),
  stack_definition: z.unknown().optional().describe('Alias of `definition`.'),
  parameters: z.array(z.unknown()).nullish().describe('Descriptions of variables of the definition, at most 300.'),
  files: z
    .array(z.strictObject({ path: z.string(), content: z.string() }))
    .nullish()
    .describe('Files that services mount, at most 100.'),
}
/** Strict, so that a price is rejected by name: it belongs to the product. */
const createBody = z.strictObject({
  slug: z.string().describe('Part of the URL. Unique.'),
  name: z.string(),
  ...contentShape,
  idempotency_key: idempotencyKey.optional(),
})
const updateBody = z.strictObject({ name: z.string().optional(), ...contentShape })
const params = pathParams({ id: 'ID or slug of the template.' })
const response = { 200: templateResponse }

const AUTHORING_ERRORS = [
  'FORBIDDEN',
  'INVALID_PARAMETERS',
  'INVALID_DEFINITION',
  'INVALID_URL',
  'INVALID_PLAN',
] as const

/** Templates in the format of existing pages, with the permissions of GraphQL. */
export function templateRoutes(host: RestHost) {
  return (app: RestApp): void => {
    describeRoutes(app, { tag: 'Templates', access: 'optionalBearer' })
    const [preValidation, signedIn] = [authenticate(host), authenticateSignedIn(host)]
    app.get(
      '/templates',
      {
        preValidation,
        schema: {
          operationId: 'listTemplates',
          summary: 'Returns a page of templates.',
          querystring: listQuery,
          response: { 200: templatesResponse },
          errors: ['UNAUTHENTICATED', 'FORBIDDEN', 'INVALID_CURSOR'],
        },
      },
      async (request) => {
        const { requestContext: context } = request
        const { scope = defaultScope(context), limit, after = null, sort, tag, ...filter } = request.query
        const page = pageRequest({ first: limit, after }, DEFAULT_PAGE)
        const list = { filter: { ...filter, tags: tag ? [tag] : null }, orderBy: SORTS[sort] }
        const found =
          scope === 'public' ? await templates(context, list, page) : await listOwnTemplates(context, scope, page)
        return {
          templates: await Promise.all(found.items.map((row) => toTemplateItem(context, row))),
          next: found.hasNextPage ? found.cursors.at(-1) : null,
        }
      },
    )

    const one = { operationId: 'getTemplate', summary: 'Returns a template.', params, response }
    app.get('/templates/:id', { preValidation, schema: { ...one, errors: ['NOT_FOUND'] } }, async (request) => {
      const { requestContext: context } = request
      const { id } = request.params
      const template = (await visibleTemplate(context, { id })) ?? (await visibleTemplate(context, { slug: id }))
      if (!template) throw new AppError('NOT_FOUND', 'Template not found.')
      return toFullTemplate(context, template)
    })

    const eligibility = {
      operationId: 'getEligibility',
      summary: 'Returns whether the account can deploy a template.',
      params,
      querystring: eligibilityQuery,
      response: { 200: eligibilityResponse },
      access: 'bearer' as const,
      errors: ['NOT_FOUND', 'FORBIDDEN'] as const,
    }
    app.get('/templates/:id/eligibility', { preValidation, schema: eligibility }, async (request) => {
      const { requestContext: context } = request
      const { id: templateId } = request.params
      const { stack = null } = request.query
      const { allowed, denials, explain } = await deploymentEligibility(context, { templateId, stack })
      return {
        allowed,
        denials: await Promise.all(denials.map((denial) => denialBody(context, denial))),
        explain,
      }
    })

    const created = {
      operationId: 'createTemplate',
      summary: 'Creates a draft of a template.',
      access: 'bearer' as const,
      body: createBody,
      example: {
        slug: 'wordpress-plus',
        name: 'WordPress Plus',
        short_description: 'WordPress with a cache.',
        stack: 'wordpress',
        tags: ['cms'],
        definition: { services: { web: { image: 'wordpress:6' } } },
      },
      response: { 201: templateResponse },
      errors: [...AUTHORING_ERRORS, 'SLUG_TAKEN', 'IDEMPOTENCY_MISMATCH'] as const,
    }
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
      {
        preValidation: signedIn,
        schema: {
          operationId: 'updateTemplate',
          summary: 'Changes a template. Missing fields stay unchanged.',
          access: 'bearer',
          params,
          body: updateBody,
          example: { name: 'WordPress Plus 2', tags: ['cms', 'blog'] },
          response,
          errors: [...AUTHORING_ERRORS, 'NOT_FOUND', 'INVALID_TRANSITION'],
        },
      },
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

    const deletion = {
      operationId: 'deleteTemplate',
      summary: 'Ends a template. A draft is deleted.',
      access: 'bearer' as const,
      params,
      response,
      errors: ['FORBIDDEN', 'NOT_FOUND', 'INVALID_TRANSITION'] as const,
    }
    app.delete('/templates/:id', { preValidation, schema: deletion }, async (request, reply) => {
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
  requiredPlan: 'required_plan_name',
}

const SORTS = { recent: 'NEWEST', popular: 'POPULAR', name: 'NAME' } as const

/** Undefined fields stay undefined: null would delete the value. Here only texts and references are deleted by null. */
function contentOf(body: Omit<z.infer<typeof updateBody>, 'name'>): ContentInput {
  const given: Record<keyof ContentInput, unknown> = {
    name: undefined,
    shortDescription: body.short_description ?? body.description,
    longDescription: body.long_description,
    category: body.category ?? body.category_code,
    tags: body.tags ?? undefined,
    stack: body.stack ?? undefined,
    requiredPlan: body.required_plan_name,
    freeForever: body.free ?? undefined,
    definition: body.definition ?? body.stack_definition ?? undefined,
    parameters: body.parameters,
    files: body.files,
    infrastructureRequirements: body.infrastructure_requirements,
    techStack: body.tech_stack,
    icon: body.icon,
    pictures: body.pictures ?? undefined,
    links: body.links ?? undefined,
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
