import { globSync, readFileSync } from 'node:fs'
import fastify, { type RouteOptions } from 'fastify'
import { z } from 'zod'
import { withSchemas } from '#rest/type-provider.js'
import { declaredRoutes } from '../support/rest-document.js'
import { serializeChecked, serializeJson } from '#rest/serialize-response.js'

/** Routes that read no body. */
const WITHOUT_BODY: Readonly<Record<string, string>> = {
  'POST /api/v1/commands/:hash/:id/cancel': 'the path names the command, and a body is ignored',
}

/** Routes that only refuse. */
const REFUSED: readonly string[] = ['POST /api/v1/commands/execute']

/** Checks of permissions: they belong into services, which GraphQL and REST share. */
const PERMISSION_CHECKS =
  /\b(?:require(?:Account|Operator|Scope|Sync|Deployment|OnDeployment|EarningsAccess)|visibleAccounts?|canSeeUnpublished|canReadDefinition|permissionsOn|isOperator|mayOperate|hasScope|rolesAllow)\(/

/** Routes that another specification describes. */
const ELSEWHERE = /^\/ofrep\//

const files = globSync('src/{rest,resolvers}/**/*.ts').map((path) => ({ path, text: readFileSync(path, 'utf8') }))

/** The file and line of each match. */
const linesWith = (pattern: RegExp): string[] =>
  files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
  )

const nameOf = ({ method, url }: RouteOptions) => `${String(method)} ${url}`

describe('REST routes declare schemas', () => {
  const routes: RouteOptions[] = []
  beforeAll(async () => {
    await declaredRoutes((route) => {
      if (!REFUSED.includes(nameOf(route))) routes.push(route)
    })
  })

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

  it('for their responses, with a description each', () => {
    const described = (schema: unknown) => schema instanceof z.ZodType && Boolean(schema.description)
    const wrong = routes.filter(({ schema }) => {
      const response = (schema?.response ?? {}) as Record<string, unknown>
      const successes = Object.entries(response).filter(([status]) => /^[23]/.test(status))
      return successes.length === 0 || !Object.values(response).every(described)
    })
    expect(wrong.map(nameOf)).toEqual([])
  })

  it('and are described for the OpenAPI document', () => {
    const wrong = routes.filter(
      ({ url, schema }) =>
        !ELSEWHERE.test(url) && (!schema?.operationId || !schema.summary || !schema.tag || !schema.access),
    )
    expect(wrong.map(nameOf)).toEqual([])
  })

  it('and have an ID for each object that responses share', () => {
    const ids = globSync('src/rest/**/responses/*.ts')
      .map((path) => readFileSync(path, 'utf8'))
      .flatMap((text) => [...text.matchAll(/(?:component\(|\bid: )'([A-Z]\w+)'/g)].map(([, id]) => id!))
    expect(ids.length).toBeGreaterThan(40)
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
  })

  it('and read no part of a request without a schema', () => {
    expect(linesWith(/request\.(?:params|query|body) as |\.(?:params|query|body)\b.*\bas Record/)).toEqual([])
  })

  it('and leave permissions to services', () => {
    expect(linesWith(PERMISSION_CHECKS)).toEqual([])
    // Only authentication may use the guard: it rejects anonymous callers before a request is validated.
    const guarded = linesWith(
      /identity\/model\/(?:guard|installation-access|read-visible|recheck-access)\.|'[a-z]+:(?:read|write|manage)'/,
    ).map((line) => line.split(':')[0]!)
    expect([...new Set(guarded)].toSorted()).toEqual([
      'src/rest/authenticate.ts',
      'src/rest/deployments/agents/agent-call.ts',
    ])
  })
})

describe('responses of routes', () => {
  const respond = async (serializer: typeof serializeJson, body: object) => {
    const app = fastify()
    await app.register((scope, _options, done) => {
      const response = { 200: z.strictObject({ a: z.number() }) }
      withSchemas(scope, serializer).get('/', { schema: { response } }, () => body as { a: number })
      done()
    })
    const { statusCode, body: text } = await app.inject('/')
    return { statusCode, text }
  }

  it('are validated in tests', async () => {
    expect(await respond(serializeChecked, { a: 1 })).toEqual({ statusCode: 200, text: '{"a":1}' })
    expect((await respond(serializeChecked, { a: 1, b: 2 })).statusCode).toBe(500)
    expect((await respond(serializeChecked, { a: 'x' })).text).toContain('does not match its schema: a: ')
  })

  it('are sent unchanged in production', async () => {
    expect(await respond(serializeJson, { a: 'x', b: 2 })).toEqual({ statusCode: 200, text: '{"a":"x","b":2}' })
  })
})
