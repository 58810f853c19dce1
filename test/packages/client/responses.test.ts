import { DenialError, NetworkError, StackgateError } from '@stackgate/client'
import { createEntitlements } from '@stackgate/client/entitlements'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { clientOf, text } from './support.js'

const PLANS = text<{ plans: { code: string }[] }>('{ plans { code } }')
const HTML = '<!doctype html><title>Bad gateway</title>'

type Handler = (response: ServerResponse, request: IncomingMessage) => void

const send =
  (status: number, type: string, body: string, headers: Record<string, string> = {}): Handler =>
  (response) =>
    void response.writeHead(status, { 'content-type': type, ...headers }).end(body)

/** A server that responds to each request as the test says. */
describe('Responses that are not those of Stackgate', () => {
  let server: Server
  let url: string
  let respond: Handler
  beforeAll(async () => {
    server = createServer((request, response) => {
      request.resume().on('end', () => respond(response, request))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  async function failure(handler: Handler, timeoutMs = 20_000): Promise<StackgateError> {
    respond = handler
    const client = clientOf(url, { retry: false })
    const error: unknown = await client.request(PLANS, {}, { timeoutMs }).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(StackgateError)
    return error as StackgateError
  }

  it.each([
    ['a page with status 200', send(200, 'text/html', HTML), 'BAD_RESPONSE', /HTML page/],
    ['a page with status 404', send(404, 'text/html', HTML), 'BAD_RESPONSE', /status 404.*HTML page/],
    ['a page that claims to be JSON', send(200, 'application/json', HTML), 'BAD_RESPONSE', /invalid JSON/],
    ['incomplete JSON', send(200, 'application/json', '{"data":{"pl'), 'BAD_RESPONSE', /incomplete or invalid JSON/],
    ['an empty body', send(200, 'application/json', ''), 'BAD_RESPONSE', /empty body/],
    ['another media type', send(200, 'application/xml', '<plans/>'), 'BAD_RESPONSE', /application\/xml/],
    ['no media type', (response: ServerResponse) => response.end('{}'), 'BAD_RESPONSE', /without a content type/],
    ['JSON of another kind', send(200, 'application/json', '"ok"'), 'BAD_RESPONSE', /not a GraphQL response/],
    ['a list for one operation', send(200, 'application/json', '[]'), 'BAD_RESPONSE', /list of 0 results/],
    [
      'a redirect',
      send(302, 'text/plain', '', { location: 'https://sso.example.com/' }),
      'BAD_RESPONSE',
      /redirects to https:\/\/sso/,
    ],
    ['a body that is too large', send(413, 'text/html', HTML), 'BODY_TOO_LARGE', /status 413/],
    ['a page with status 429', send(429, 'text/html', HTML), 'RATE_LIMITED', /status 429/],
    ['a page with status 502', send(502, 'text/html', HTML), 'UNAVAILABLE', /status 502/],
    ['a page with status 503', send(503, 'text/html', HTML), 'UNAVAILABLE', /status 503/],
    ['an error of no form', send(200, 'application/json', '{"errors":[null]}'), 'INTERNAL', /^Unknown error\.$/],
    [
      'an error with other forms of its members',
      send(
        200,
        'application/json',
        '{"errors":[{"message":"No.","extensions":null},{"message":5,"extensions":{"code":7,"issues":"x","retryAfterMs":"soon"}}]}',
      ),
      'INTERNAL',
      /^No\.$/,
    ],
    ['an empty 401', send(401, 'text/plain', ''), 'UNAUTHENTICATED', /status 401/],
  ] as const)('%s is a StackgateError', async (_, handler, code, message) => {
    const error = await failure(handler)
    expect(error).toMatchObject({ name: 'StackgateError', code, message: expect.stringMatching(message) as string })
  })

  it.each([
    ['a page', send(200, 'text/html', HTML), 'BAD_RESPONSE', /HTML page instead of a result of Stackgate/],
    ['incomplete JSON', send(200, 'application/json', '{"allow'), 'BAD_RESPONSE', /incomplete or invalid JSON/],
    ['JSON of another kind', send(200, 'application/json', '"ok"'), 'BAD_RESPONSE', /JSON of another service/],
    [
      'a redirect',
      send(301, 'text/html', HTML, { location: 'https://b.example/' }),
      'BAD_RESPONSE',
      /redirects to https:\/\/b/,
    ],
  ] as const)('%s is an error of checks and usage that says what arrived', async (_, handler, code, message) => {
    respond = handler
    const entitlements = createEntitlements({ url, key: 'sk', retries: 0, onUnavailable: 'allow' })
    const given = { accountId: 'person:a', feature: 'f' }
    const error = { code, message: expect.stringMatching(message) as string }
    await expect(entitlements.check(given)).rejects.toMatchObject(error)
    await expect(entitlements.consume(given)).rejects.toMatchObject(error)
    // Nothing is sent, so that nothing is unknown.
    await expect(entitlements.consume({ ...given, amount: 3n as unknown as number })).rejects.toMatchObject({
      code: 'CONFIGURATION',
      message: expect.stringMatching(/^The input of consume cannot be sent as JSON: .*BigInt/) as string,
    })
  })

  it('errors of REST routes keep their code, message and request ID', async () => {
    const body = { error: 'Body too large', code: 'BODY_TOO_LARGE', message: 'At most 1 MiB.', request_id: 'req_1' }
    const error = await failure(send(413, 'application/json', JSON.stringify(body), { 'retry-after': '7' }))
    expect(error).toMatchObject({
      code: 'BODY_TOO_LARGE',
      message: 'At most 1 MiB.',
      requestId: 'req_1',
      status: 413,
      retryAfterMs: 7_000,
    })
  })

  it('errors of fields keep their path, issues and partial data', async () => {
    const issue = { path: ['input', 'plan'], code: 'INVALID_PARAMETERS', message: 'Too long.' }
    const errors = [
      { message: 'Bad input.', path: ['a'], extensions: { code: 'BAD_USER_INPUT', issues: [issue] } },
      { message: 'Hidden.', path: ['b'], extensions: { code: 'FORBIDDEN' } },
    ]
    const error = await failure(
      send(200, 'application/json', JSON.stringify({ data: { a: null, c: 1 }, errors }), { 'x-request-id': 'req_2' }),
    )
    expect(error).toMatchObject({
      code: 'BAD_USER_INPUT',
      path: ['a'],
      issues: [issue],
      data: { a: null, c: 1 },
      requestId: 'req_2',
    })
    expect(error.errors.map(({ code }) => code)).toEqual(['BAD_USER_INPUT', 'FORBIDDEN'])
    expect(error.errors[0]).toBe(error)
    // Logs and other processes receive it: test runners send thrown errors to their main process.
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({
      name: 'StackgateError',
      code: 'BAD_USER_INPUT',
      message: 'Bad input.',
      requestId: 'req_2',
      errors: [{ code: 'FORBIDDEN', message: 'Hidden.', errors: [] }],
    })
    expect(Object.values(error)).not.toContain(error)
    expect(structuredClone(error)).toMatchObject({ message: 'Bad input.' })
    const denial = { code: 'NOT_FOR_SALE', message: 'Not for sale.', remedies: [] } as const
    expect(JSON.parse(JSON.stringify(new DenialError(denial)))).toMatchObject({ message: 'Not for sale.', denial })
    respond = send(200, 'application/json', JSON.stringify({ data: { a: null, c: 1 }, errors }))
    const partial = await clientOf(url).requestPartial(PLANS)
    expect(partial.data).toEqual({ a: null, c: 1 })
    expect(partial.errors.map(({ path }) => path)).toEqual([['a'], ['b']])
  })

  it('a connection that ends within the body, or before it, is a NetworkError', async () => {
    const within = await failure((response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
      response.write('{"data":')
      setTimeout(() => response.destroy(), 20)
    })
    const before = await failure((response) => void response.destroy())
    for (const error of [within, before]) expect(error).toBeInstanceOf(NetworkError)
    expect(within.message).toBe('The connection ended before the response was complete.')
  })

  it('a silent connection, or a body without an end, is a NetworkError after the timeout', async () => {
    for (const handler of [
      () => undefined,
      (response: ServerResponse) => void response.writeHead(200, { 'content-type': 'application/json' }).write('{'),
    ]) {
      const error = await failure(handler, 150)
      expect(error).toBeInstanceOf(NetworkError)
      expect(error.message).toBe('No response within 150 ms.')
    }
  })

  it('an address without a server is a NetworkError, and a relative one is a mistake', async () => {
    const unused = clientOf('http://127.0.0.1:1', { retry: false })
    await expect(unused.request(PLANS)).rejects.toMatchObject({ name: 'NetworkError', code: 'NETWORK' })
    expect(() => clientOf('billing')).toThrow(expect.objectContaining({ code: 'CONFIGURATION' }))
  })

  it('an abort of the caller is its reason, cookies go to the own origin only, and redirects are not used', async () => {
    respond = () => undefined
    const abort = new AbortController()
    const pending = clientOf(url).request(PLANS, {}, { signal: abort.signal })
    const reason = new Error('left the page')
    setTimeout(() => abort.abort(reason), 20)
    await expect(pending).rejects.toBe(reason)
    await expect(clientOf(url).request(PLANS, {}, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    let init: RequestInit | undefined
    const fetch = (_: string, given: RequestInit) => {
      init = given
      return Promise.resolve(
        new Response('{"data":{"plans":[]}}', { headers: { 'content-type': 'application/graphql-response+json' } }),
      )
    }
    await clientOf(url, { fetch, token: 'a token' }).request(PLANS)
    expect(init).toMatchObject({ method: 'POST', credentials: 'omit', redirect: 'manual' })
    await clientOf(url, { fetch }).request(PLANS)
    expect(init).toMatchObject({ method: 'POST', credentials: 'same-origin', redirect: 'manual' })
    expect(init!.headers).toMatchObject({
      accept: expect.stringContaining('application/graphql-response+json') as string,
    })
  })
})
