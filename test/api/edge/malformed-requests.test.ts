import { randomUUID } from 'node:crypto'
import type { OpenApiDocument, RequestSchema } from '#test/support/api-traffic.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

/** Values that are wrong for most members: of another type, negative, and of a form that no member has. */
const VALUES: readonly unknown[] = [null, true, -1, 'has space', 'zero\u0000', {}]
/** A JSON value that the database cannot store. */
const UNSTORABLE = { 'zero\u0000': ['\ud800'] }

/** Paths of all members of a value. */
function pathsIn(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]) => [[...path, name], ...pathsIn(member, [...path, name])])
}

/** Names of the members that a schema describes. */
function membersOf(schema: RequestSchema, components: OpenApiDocument['components']['schemas']): string[] {
  const referred = schema.$ref && components[schema.$ref.split('/').at(-1)!]
  const parts = [...(schema.anyOf ?? []), ...(schema.allOf ?? []), ...(referred ? [referred] : [])]
  return [...Object.keys(schema.properties ?? {}), ...parts.flatMap((part) => membersOf(part, components))]
}

/** A copy of a value with another member at a path. */
function withMember(value: unknown, [name, ...rest]: readonly string[], member: unknown): unknown {
  const copy = Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }
  const known = (copy as Record<string, unknown>)[name!]
  ;(copy as Record<string, unknown>)[name!] = rest.length === 0 ? member : withMember(known, rest, member)
  return copy
}

const inCamelCase = (name: string) => name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())

interface ErrorBody {
  readonly code?: string
  readonly message?: string
  readonly field?: string
  readonly request_id?: string
  readonly issues?: readonly { path: (string | number)[]; message: string }[]
}

describe('Malformed requests', () => {
  let server: TestServer
  let document: OpenApiDocument
  let token: string
  beforeAll(async () => {
    // Differences from the document are errors 500 of this server.
    server = await startTestServer({ env: { CATALOG: 'ai-platform' } })
    document = (await (await fetch(`${server.url}/openapi.json`)).json()) as OpenApiDocument
    token = await server.token('ann@example.com', { roles: ['admin'] })
  })
  afterAll(() => server.close())

  const operations = () =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, operation]) => {
        const [[type, content] = []] = Object.entries(operation.requestBody?.content ?? {})
        if (!type || content?.example === undefined) return []
        const names = membersOf(content.schema, document.components.schemas)
        return [{ method, path, operation, example: content.example, names }]
      }),
    )
  const send = async (method: string, path: string, body: string, type = 'application/json') => {
    const response = await fetch(server.url + path.replaceAll(/\{\w+\}/g, randomUUID()), {
      method: method.toUpperCase(),
      headers: { authorization: `Bearer ${token}`, 'content-type': type },
      body,
    })
    const text = await response.text()
    return { status: response.status, text, body: (text ? JSON.parse(text) : {}) as ErrorBody }
  }

  it('receive documented statuses and bodies that contain the name that was sent', async () => {
    const wrong: string[] = []
    let named = 0
    for (const { method, path, operation, example } of operations())
      for (const at of pathsIn(example))
        for (const value of VALUES) {
          const { status, body, text } = await send(method, path, JSON.stringify(withMember(example, at, value)))
          const place = `${operation.operationId} ${at.join('.')}=${JSON.stringify(value)?.slice(0, 20)}: ${status}`
          if (!(status in operation.responses) || status >= 500) wrong.push(`${place} ${text.slice(0, 200)}`)
          if (body.field === undefined) continue
          named++
          const renamed = at.filter((name) => name !== inCamelCase(name) && text.includes(inCamelCase(name)))
          const isTranslated = /[a-z][A-Z]/.test(body.field) && !at.includes(body.field)
          if (isTranslated || renamed.length > 0) wrong.push(`${place} ${text.slice(0, 200)}`)
        }
    expect(wrong).toEqual([])
    expect(named).toBeGreaterThan(500)
  })

  it('receive a documented status for a value that the database cannot store, at any member', async () => {
    const wrong: string[] = []
    for (const { method, path, operation, example, names } of operations())
      for (const name of new Set(names)) {
        const { status, text } = await send(method, path, JSON.stringify(withMember(example, [name], UNSTORABLE)))
        if (!(status in operation.responses) || status >= 500)
          wrong.push(`${operation.operationId} ${name}: ${status} ${text.slice(0, 200)}`)
      }
    expect(wrong).toEqual([])
  })

  it.each([
    ['not JSON', '{"a": ', 'application/json'],
    ['of a type that no route reads', 'a=b', 'application/x-unknown'],
  ])('receive a documented status if their body is %s, also where none is read', async (_what, body, type) => {
    const wrong: string[] = []
    for (const [path, methods] of Object.entries(document.paths))
      for (const [method, operation] of Object.entries(methods)) {
        if (method === 'get') continue
        const { status, text } = await send(method, path, body, type)
        if (!(status in operation.responses) || status >= 500) wrong.push(`${method} ${path}: ${status} ${text}`)
      }
    expect(wrong).toEqual([])
  })

  it('receive the documented body if they are not JSON', async () => {
    for (const { method, path, operation } of operations()) {
      const { status, body } = await send(method, path, '{"a": ')
      expect([operation.operationId, status in operation.responses, status < 500]).toEqual([
        operation.operationId,
        true,
        true,
      ])
      expect(body.request_id).toEqual(expect.any(String))
    }
    const response = await fetch(`${server.url}/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"grant_type": ',
    })
    expect([response.status, await response.json()]).toMatchObject([400, { error: 'invalid_request' }])
  })

  it.each([
    'billing/change-plan',
    'billing/resume-subscription',
    'billing/remove-auto-top-up',
    'entitlements/remove-spend-cap',
  ])('with a key with a space name idempotency_key at %s', async (path) => {
    const found = operations().find((each) => each.path.endsWith(path))!
    const { status, body } = await send(
      'post',
      found.path,
      JSON.stringify(withMember(found.example, ['idempotency_key'], 'has space')),
    )
    expect([status, body.field]).toEqual([400, 'idempotency_key'])
  })

  it('are denied with a code if their address is longer than the headers may be', async () => {
    const response = await fetch(`${server.url}/api/v1/templates?search=${'x'.repeat(20_000)}`)
    expect(response.status).toBe(431)
    expect(await response.json()).toMatchObject({ code: 'HEADERS_TOO_LARGE', request_id: expect.any(String) })
    for (const operations of Object.values(document.paths))
      for (const { responses } of Object.values(operations)) expect(Object.keys(responses)).toContain('431')
  })
})
