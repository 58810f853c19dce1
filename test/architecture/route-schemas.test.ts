import { globSync, readFileSync } from 'node:fs'
import fastify, { type RouteOptions } from 'fastify'
import { z } from 'zod'
import { allRestRoutes } from '#rest/all-rest-routes.js'
import type { RestHost } from '#rest/rest-context.js'
import { withSchemas } from '#rest/type-provider.js'

/** Routes that read no body. */
const WITHOUT_BODY: Readonly<Record<string, string>> = {
  'POST /api/v1/commands/:hash/:id/cancel': 'the path names the command, and a body is ignored',
}

/** Checks of permissions: they belong into services, which GraphQL and REST share. */
const PERMISSION_CHECKS =
  /\b(?:require(?:Account|Operator|Scope|Sync|Deployment|OnDeployment|EarningsAccess)|isOperator|mayOperate|hasScope|rolesAllow)\(/

const host = {} as RestHost
const files = globSync('src/{rest,resolvers}/**/*.ts').map((path) => ({ path, text: readFileSync(path, 'utf8') }))

/** The file and line of each match. */
const linesWith = (pattern: RegExp): string[] =>
  files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
  )

describe('REST routes declare schemas', () => {
  const routes: RouteOptions[] = []
  beforeAll(async () => {
    const app = fastify()
    app.addHook('onRoute', (route) => void routes.push(route))
    const dependencies = { receiver: { receive: () => Promise.reject(new Error()) }, isDraining: () => false }
    for (const group of allRestRoutes(host, { ...dependencies, isSandboxUp: null }))
      await app.register((scope, _options, done) => {
        group(withSchemas(scope))
        done()
      })
    await app.ready()
  })

  const nameOf = ({ method, url }: RouteOptions) => `${String(method)} ${url}`

  it('for all parts of their paths', () => {
    const wrong = routes.filter(({ url, schema }) => {
      const parts = [...url.matchAll(/:(\w+)/g)].map(([, part]) => part!)
      const declared = schema?.params instanceof z.ZodObject ? Object.keys(schema.params.shape) : []
      return parts.some((part) => !declared.includes(part)) || (parts.length === 0 && declared.length > 0)
    })
    expect(routes.length).toBeGreaterThan(70)
    expect(wrong.map(nameOf)).toEqual([])
  })

  it('for their bodies', () => {
    const missing = routes.filter(
      ({ method, schema }) => ['POST', 'PUT', 'PATCH'].includes(String(method)) && !(schema?.body instanceof z.ZodType),
    )
    expect(missing.map(nameOf)).toEqual(Object.keys(WITHOUT_BODY))
  })

  it('and read no part of a request without a schema', () => {
    expect(linesWith(/request\.(?:params|query|body) as |\.(?:params|query|body)\b.*\bas Record/)).toEqual([])
  })

  it('and leave permissions to services', () => {
    expect(linesWith(PERMISSION_CHECKS)).toEqual([])
  })
})
