import type { FastifyInstance, FastifySchema } from 'fastify'
import { z } from 'zod'
import { makeAsset, sendAsset, type Asset } from './assets.js'

/** A description of an API for programs. It contains nothing secret, and code generators need it in every mode. */
interface ApiDocument {
  readonly path: string
  readonly type: string
  readonly schema: FastifySchema
  readonly print: () => string | Promise<string>
}

/** Serves the schema of GraphQL in SDL, also where introspection is off, and the OpenAPI document of all other routes. */
export function registerDocuments(
  app: FastifyInstance,
  { printSchema, printApi }: { printSchema: () => string; printApi?: (() => Promise<string>) | undefined },
): void {
  const type = 'text/plain; charset=utf-8'
  const schema = described('getGraphQLSchema', 'Returns the schema of the GraphQL API in SDL.', 'text/plain')
  registerDocument(app, { path: '/graphql/schema.graphql', type, schema, print: printSchema })
  if (printApi)
    registerDocument(app, {
      path: '/openapi.json',
      type: 'application/json; charset=utf-8',
      schema: described('getOpenApiDocument', 'Returns this document.', 'application/json'),
      print: printApi,
    })
}

const described = (operationId: string, summary: string, contentType: string): FastifySchema => ({
  operationId,
  summary,
  tag: 'Documents',
  access: 'anyone',
  response: {
    200: z.any().meta({ description: 'The document, with an entity tag.', contentType }),
    304: z.any().meta({ description: 'The document with the entity tag of the request.', contentType: null }),
  },
})

/** The document is printed at the first request. */
function registerDocument(app: FastifyInstance, { path, type, schema, print }: ApiDocument): void {
  let printed: Promise<Asset> | undefined
  app.get(path, { compress: false, schema }, async (request, reply) => {
    printed ??= (async () => makeAsset(await print(), type))()
    return sendAsset(request, reply, await printed)
  })
}
