import { z } from 'zod'
import { AppError } from '#services/kernel/errors/app-error.js'
import { categories } from '#services/marketplace/categories/categories.js'
import { receiveSync } from '#services/marketplace/sync/receive-sync.js'
import { toExternalCategory, listExternalProducts } from '#services/marketplace/sync/integration-views.js'
import { authenticateSignedIn } from '../authenticate.js'
import { parseShape } from '../check-shape.js'
import { describeRoutes } from '../openapi/route-description.js'
import { categoriesResponse, productsResponse, syncResponse } from './responses/integrations.js'
import type { RestHost } from '../rest-context.js'
import { readSyncBody, syncBody, syncHeading } from './sync-body.js'
import type { RestApp } from '../type-provider.js'

const PAGE = 25
const MAX_PAGE = 100

const id = z.union([z.string().max(100), z.number()]).transform(String)
const filters = z.object({
  external_id: id.optional().describe('ID of the template in the service that manages it.'),
  product_type: z.string().max(20).optional().describe('For example `template`.'),
  code: z.string().max(100).optional(),
  vendor_user_id: id.optional(),
  vendor_name: z.string().max(200).optional(),
})
const productQuery = filters.extend({
  where: z.string().max(2_000).optional().describe('The same filters as JSON, for example `{"external_id": 12345}`.'),
  page: z.coerce.number().int().min(1).max(100_000).default(1),
  max_results: z.coerce.number().int().min(1).max(MAX_PAGE).default(PAGE).describe('Products of a page.'),
})

/** Routes for integrations, in the formats of their own contracts. */
export function integrationRoutes(host: RestHost) {
  return (app: RestApp): void => {
    describeRoutes(app, { tag: 'Integrations', access: 'anyone' })
    const sync = {
      preValidation: authenticateSignedIn(host),
      schema: {
        operationId: 'syncTemplate',
        summary: 'Applies a change of a template that another service manages.',
        access: 'bearer' as const,
        body: syncHeading,
        sentBody: syncBody,
        example: {
          action: 'template_approved',
          stack_template_id: 'a1b2',
          external_id: 'a1b2',
          code: 'mail-server',
          name: 'Mail server',
          description: 'Mail with a spam filter.',
          price: 29.99,
          billing_cycle: 'one_time',
          vendor_user_id: 'user-7',
          vendor_name: 'Ann',
        },
        response: { 200: syncResponse },
        errors: ['FORBIDDEN', 'NOT_FOUND', 'CONFLICT'] as const,
      },
    }
    app.post('/marketplace/sync', sync, async (request) => {
      const { productId, message } = await receiveSync(request.requestContext, readSyncBody(request.body))
      return { success: true as const, message, ...(productId ? { product_id: productId } : {}) }
    })

    app.get(
      '/api/1.0/products',
      {
        schema: {
          operationId: 'listProducts',
          summary: 'Returns a page of products.',
          querystring: productQuery,
          response: { 200: productsResponse },
        },
      },
      async (request) => {
        const context = host.anonymousContext(request)
        const { where, page, max_results: limit, ...plain } = request.query
        const requested = { ...plain, ...(where ? parseShape(filters, parseWhere(where)) : {}) }
        const { items, total } = await listExternalProducts(
          context.database,
          {
            externalId: requested.external_id ?? null,
            productType: requested.product_type ?? null,
            code: requested.code ?? null,
            vendorUserId: requested.vendor_user_id ?? null,
            vendorName: requested.vendor_name ?? null,
          },
          { limit, offset: (page - 1) * limit, currency: context.catalog.current().currency },
        )
        return { _items: items, _meta: { page, max_results: limit, total } }
      },
    )

    const all = {
      operationId: 'listCategories',
      summary: 'Returns all categories.',
      response: { 200: categoriesResponse },
    }
    app.get('/api/1.0/category', { schema: all }, async (request) =>
      (await categories(host.anonymousContext(request).database)).map(toExternalCategory),
    )
  }
}

function parseWhere(where: string): unknown {
  try {
    return JSON.parse(where) as unknown
  } catch {
    throw new AppError('BAD_REQUEST', 'where: expected JSON, as {"external_id": 12345}.', {
      details: { field: 'where' },
    })
  }
}
