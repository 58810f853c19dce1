import { readFileSync } from 'node:fs'
import fastify, { type FastifyReply, type RouteOptions } from 'fastify'
import { buildSchema } from 'graphql'
import { registerDocuments } from '#edge/http/document-routes.js'
import { allDeclared } from '#modules/all-declarations.js'
import { allModules } from '#modules/all-modules.js'
import { routesOf } from '#modules/compose.js'
import type { Module } from '#modules/module.js'
import { ApiDescription } from '#rest/openapi/document.js'
import type { RestHost } from '#rest/rest-context.js'
import { requirementOf } from '#schema/print.js'
import { withSchemas } from '#rest/type-provider.js'
import type { OpenApiDocument } from './api-traffic.js'

const schema = buildSchema(readFileSync('src/schema/schema.graphql', 'utf8'), { assumeValid: true })

/** The REST routes of modules as they are declared, without a server behind them. */
export async function declaredRoutes(
  add: (route: RouteOptions) => void,
  modules: readonly Module[] = allModules,
): Promise<void> {
  const app = fastify()
  app.setSerializerCompiler(() => JSON.stringify)
  app.addHook('onRoute', add)
  registerDocuments(app, { printSchema: () => '', printApi: () => Promise.resolve('') })
  const receiver = { receive: () => Promise.reject(new Error('no receiver')) }
  const host = { schema, requirementOf } as RestHost
  const sendEvents = (reply: FastifyReply) => reply
  const parts = { receiver, isDraining: () => false, isSandboxUp: null, sendEvents }
  for (const group of routesOf(modules, host, parts))
    await app.register((scope, _options, done) => {
      group(withSchemas(scope))
      done()
    })
  await app.ready()
}

/** The OpenAPI document of the routes of modules. */
export async function restDocument(modules?: readonly Module[]): Promise<OpenApiDocument> {
  const api = new ApiDescription(allDeclared.events)
  await declaredRoutes(api.add, modules)
  return (await api.document(new URL('https://stackgate.example.com'))) as OpenApiDocument
}
