import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAddressGuard, guardedPool } from '#services/kernel/outbound/address-guard.js'
import { createUpstream, type Upstream, type UpstreamError } from '#services/kernel/outbound/upstream.js'
import { createMetrics } from '#services/kernel/metrics/metrics.js'
import { systemTimers } from '#services/kernel/time/system-timers.js'
import type { Timers } from '#services/kernel/time/timers.js'
import { createVirtualTimers } from '#test/support/virtual-timers.js'
import { eventually } from '#test/support/test-server.js'

/** Timeouts end only when a test lets time pass, so that a busy machine does not cause one. */
const untimed = (virtual = createVirtualTimers()): Timers => ({
  ...virtual,
  delay: (milliseconds, options) => systemTimers.delay(milliseconds, options),
})

describe('Outbound calls', () => {
  let server: Server
  let port: number
  let connections = 0
  const seen: string[] = []
  let answer: (
    path: string,
    times: number,
  ) => { status: number; body?: string; headers?: Record<string, string>; hang?: boolean }
  const upstreams: Upstream[] = []
  beforeAll(async () => {
    const times = new Map<string, number>()
    server = createServer((request, response) => {
      const path = request.url!
      seen.push(`${request.method} ${path}`)
      times.set(path, (times.get(path) ?? 0) + 1)
      const { status, body = '{}', headers, hang } = answer(path, times.get(path)!)
      if (!hang) response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
    })
    server.on('connection', () => connections++)
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    port = (server.address() as AddressInfo).port
  })
  afterAll(async () => {
    await Promise.all(upstreams.map((upstream) => upstream.close()))
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
  })
  beforeEach(() => {
    answer = () => ({ status: 200 })
    seen.length = 0
  })

  function open(privateTargets: string[], timers: Timers = untimed()) {
    const metrics = createMetrics()
    const pool = guardedPool(createAddressGuard(privateTargets), { connectMs: 300, perOrigin: 2 })
    const upstream = createUpstream({ name: 'test', pool, timers, metrics, timeoutMs: 300 })
    upstreams.push(upstream)
    const call = (path: string, retries = 0, host = '127.0.0.1') =>
      upstream.call({
        method: 'GET',
        url: new URL(`http://${host}:${port}${path}`),
        route: 'look',
        headers: {},
        retries,
      })
    const counted = async () =>
      (await metrics.registry.metrics())
        .split('\n')
        .filter((line) => line.startsWith('stackgate_upstream'))
        .toSorted()
    return { call, counted }
  }
  const failure = async (call: Promise<unknown>) => {
    const { failure: kind, mayHaveArrived } = (await call.then(
      () => ({ failure: 'none', mayHaveArrived: false }),
      (error: unknown) => error,
    )) as UpstreamError
    return [kind, mayHaveArrived]
  }

  it.each([
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f.1',
    '[::ffff:127.0.0.1]',
    '0.0.0.0',
    'localhost',
    '169.254.169.254',
    '[::1]',
    '10.0.0.1',
  ])('never connects to %s: no packet arrives', async (host) => {
    const before = connections
    const { call, counted } = open([])
    expect(await failure(call('/', 3, host))).toEqual(['forbidden_target', false])
    expect(connections).toBe(before)
    expect(await counted()).toEqual([
      'stackgate_upstream_calls_total{upstream="test",route="look",outcome="forbidden_target"} 1',
    ])
  })

  it('connects to the checked address if a name resolves differently afterwards', async () => {
    const before = connections
    const looked: string[] = []
    const metrics = createMetrics()
    const pool = guardedPool(createAddressGuard([]), {
      connectMs: 300,
      perOrigin: 2,
      resolve: (host, _options, callback) => {
        looked.push(host)
        // A public address that does not respond first, then this machine.
        callback(null, [{ address: looked.length === 1 ? '192.0.2.1' : '127.0.0.1', family: 4 }])
      },
    })
    const upstream = createUpstream({ name: 'test', pool, timers: systemTimers, metrics, timeoutMs: 300 })
    upstreams.push(upstream)
    const call = () =>
      upstream.call({
        method: 'GET',
        url: new URL(`http://rebinding.example:${port}/`),
        route: 'look',
        headers: {},
      })
    await failure(call())
    expect(await failure(call())).toEqual(['forbidden_target', false])
    expect([connections, looked]).toEqual([before, ['rebinding.example', 'rebinding.example']])
  })

  it("allows an address, a range or a name by the operator's configuration", async () => {
    for (const [targets, host] of [
      [['127.0.0.1'], '127.0.0.1'],
      [['127.0.0.0/8'], '127.0.0.1'],
      [['localhost'], 'localhost'],
    ] as const)
      expect((await open([...targets]).call('/', 0, host)).status).toBe(200)
    expect(await failure(open(['10.0.0.0/8', 'other']).call('/'))).toEqual(['forbidden_target', false])
  })

  it('does not follow redirects', async () => {
    answer = () => ({ status: 302, headers: { location: 'http://169.254.169.254/' } })
    expect((await open(['127.0.0.1']).call('/away')).status).toBe(302)
    expect(seen).toEqual(['GET /away'])
  })

  it('keeps connections alive: fifty calls need at most two', async () => {
    const { call } = open(['127.0.0.1'])
    const before = connections
    for (let round = 0; round < 10; round++) await Promise.all(Array.from({ length: 5 }, () => call('/pool')))
    expect(connections - before).toBeLessThanOrEqual(2)
  })

  it('counts timeouts, retries and authentication failures by upstream and route', async () => {
    const virtual = createVirtualTimers()
    const { call, counted } = open(['127.0.0.1'], untimed(virtual))
    answer = (_path, times) => ({ status: times < 3 ? 503 : 200 })
    expect((await call('/flaky', 2)).status).toBe(200)
    answer = () => ({ status: 200, hang: true })
    const slow = failure(call('/slow'))
    await eventually(
      () => seen,
      (paths) => paths.includes('GET /slow'),
    )
    await virtual.advance(300)
    expect(await slow).toEqual(['timeout', true])
    answer = () => ({ status: 401 })
    expect(await failure(call('/locked', 3))).toEqual(['auth_failure', true])
    answer = () => ({ status: 200, body: `"${'x'.repeat(5_000_000)}"` })
    expect((await failure(call('/huge')))[0]).toBe('too_large')
    expect(await counted()).toEqual([
      'stackgate_upstream_calls_total{upstream="test",route="look",outcome="auth_failure"} 1',
      'stackgate_upstream_calls_total{upstream="test",route="look",outcome="ok"} 1',
      'stackgate_upstream_calls_total{upstream="test",route="look",outcome="server_error"} 2',
      'stackgate_upstream_calls_total{upstream="test",route="look",outcome="timeout"} 1',
      'stackgate_upstream_calls_total{upstream="test",route="look",outcome="too_large"} 1',
      'stackgate_upstream_retries_total{upstream="test",route="look"} 2',
    ])
  })

  it('reports a call that was not sent, so that another path can be used', async () => {
    const closed = createServer()
    await new Promise<void>((ready) => closed.listen(0, '127.0.0.1', ready))
    const { port: anonymous } = closed.address() as AddressInfo
    await new Promise((done) => closed.close(done))
    const pool = guardedPool(createAddressGuard(['127.0.0.1']), { connectMs: 300, perOrigin: 1 })
    const upstream = createUpstream({
      name: 'test',
      pool,
      timers: systemTimers,
      metrics: createMetrics(),
      timeoutMs: 300,
    })
    upstreams.push(upstream)
    const url = new URL(`http://127.0.0.1:${anonymous}/`)
    expect(await failure(upstream.call({ method: 'POST', url, route: 'act', headers: {}, body: {} }))).toEqual([
      'unreachable',
      false,
    ])
  })
})
