import type { FastifyInstance, FastifySchema } from 'fastify'
import { z } from 'zod'
import { makeAsset, sendAsset, type Asset } from './assets.js'

/** A description of an API for programs. It contains nothing secret, and code generators need it in every mode. */
interface ApiDocument {
  readonly path: string
  readonly type: string
  readonly schema: FastifySchema
  /** Variant of the document that a query string names. */
  readonly variantOf: (query: Readonly<Record<string, unknown>>) => boolean
  /** Prints the document or its variant. */
  readonly print: (isVariant: boolean) => string | Promise<string>
}

/** Serves the schema of GraphQL in SDL, also where introspection is off, and the OpenAPI document of all other routes. */
export function registerDocuments(
  app: FastifyInstance,
  {
    printSchema,
    printApi,
  }: {
    printSchema: (isForCustomers: boolean) => string
    printApi?: ((hasWebhooks: boolean) => Promise<string>) | undefined
  },
): void {
  const type = 'text/plain; charset=utf-8'
  const schema = described(
    'getGraphQLSchema',
    'Returns the schema of the GraphQL API in SDL.',
    '`audience=customer` leaves out the parts that only operators may read.',
    'text/plain',
  )
  registerDocument(app, {
    path: '/graphql/schema.graphql',
    type,
    schema,
    variantOf: ({ audience }) => audience === 'customer',
    print: printSchema,
  })
  if (printApi)
    registerDocument(app, {
      path: '/openapi.json',
      type: 'application/json; charset=utf-8',
      schema: described(
        'getOpenApiDocument',
        'Returns this document.',
        '`webhooks=false` leaves out the events that webhook endpoints receive.',
        'application/json',
      ),
      variantOf: ({ webhooks }) => webhooks === 'false',
      print: (isWithout) => printApi(!isWithout),
    })
}

const described = (operationId: string, summary: string, description: string, contentType: string): FastifySchema => ({
  operationId,
  summary,
  description,
  tag: 'Documents',
  access: 'anyone',
  response: {
    200: z.any().meta({ description: 'The document, with an entity tag.', contentType }),
    304: z.any().meta({ description: 'The document with the entity tag of the request.', contentType: null }),
  },
})

/** A document is printed at the first request of each variant. */
function registerDocument(app: FastifyInstance, { path, type, schema, variantOf, print }: ApiDocument): void {
  const printed = new Map<boolean, Promise<Asset>>()
  app.get<{ Querystring: Record<string, unknown> }>(path, { compress: false, schema }, async (request, reply) => {
    const isVariant = variantOf(request.query)
    const asset = printed.get(isVariant) ?? (async () => makeAsset(await print(isVariant), type))()
    printed.set(isVariant, asset)
    return sendAsset(request, reply, await asset)
  })
}
