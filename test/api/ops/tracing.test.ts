import { startTracing, type Tracing } from '#services/kernel/tracing/start-tracing.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { startOtlpReceiver, type ReceivedSpan } from '#test/support/otlp-receiver.js'
import { systemTimers } from '#services/kernel/time/system-timers.js'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const CALLER = '00f067aa0ba902b7'

describe('Traces', () => {
  let receiver: Awaited<ReturnType<typeof startOtlpReceiver>>
  let tracing: Tracing
  let server: TestServer
  beforeAll(async () => {
    receiver = await startOtlpReceiver()
    tracing = startTracing(new URL(receiver.url), { 'service.version': 'test' }, systemTimers)
    server = await startTestServer({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } })
  })
  afterAll(async () => {
    await server.close()
    await tracing.stop()
    await receiver.close()
  })

  const checkout = async (headers: Record<string, string>) => {
    const token = await server.token('traced@example.com')
    const query = `mutation { startSubscription(input: { provider: STRIPE, plan: "plus" }, key: "traced") { checkout { providerReference } } }`
    return server.rest('POST', '/graphql', { token, body: { query }, headers })
  }
  const named = (name: string | RegExp) => (span: ReceivedSpan) =>
    typeof name === 'string' ? span.name === name : name.test(span.name)

  it('connect the request, its statements and the provider call within the caller’s trace', async () => {
    const { status } = await checkout({ traceparent: `00-${TRACE}-${CALLER}-01`, 'x-request-id': 'traced-1' })
    expect(status).toBe(200)
    const spans = await eventually(
      () => receiver.spans.filter(({ traceId }) => traceId === TRACE),
      (seen) => seen.some(named('POST /graphql')),
      15_000,
    )
    const request = spans.find(named('POST /graphql'))!
    expect(request).toMatchObject({
      parentSpanId: CALLER,
      attributes: { 'stackgate.request_id': 'traced-1', 'http.route': '/graphql', 'http.response.status_code': 200 },
    })
    const call = spans.find(named('STRIPE checkout.sessions.create'))!
    expect(ancestors(spans, call)).toContain(request.spanId)
    const statements = spans.filter(named(/^PostgreSQL /))
    expect(statements.length).toBeGreaterThan(2)
    for (const statement of statements) expect(ancestors(spans, statement)).toContain(request.spanId)
    expect(receiver.paths).toContain('/v1/traces')
  })

  it('include calls to PayPal', async () => {
    const token = await server.token('paypal@example.com')
    const query = `mutation { startSubscription(input: { plan: "plus", provider: PAYPAL }, key: "traced") { checkout { providerReference } } }`
    const trace = TRACE.replace(/^./, 'c')
    await server.rest('POST', '/graphql', {
      token,
      body: { query },
      headers: { traceparent: `00-${trace}-${CALLER}-01` },
    })
    const spans = await eventually(
      () => receiver.spans.filter(({ traceId }) => traceId === trace),
      (seen) => seen.some(named('POST /graphql')),
      15_000,
    )
    const request = spans.find(named('POST /graphql'))!
    const call = spans.find(named('PAYPAL subscriptions.create'))!
    expect(call.attributes).toMatchObject({ 'peer.service': 'paypal' })
    expect(ancestors(spans, call)).toContain(request.spanId)
  })

  it('contain texts of statements, but never their values or tokens', async () => {
    const token = await server.token('secret-person@example.com')
    await server.rest('POST', '/graphql', { token, body: { query: `{ account { id } }` } })
    await eventually(
      () => receiver.spans.filter(named('POST /graphql')).length,
      (count) => count >= 2,
      15_000,
    )
    const published = JSON.stringify(receiver.spans)
    expect(published).toContain(String.raw`insert into \"checkout\"`)
    expect(published).not.toContain('traced@example.com')
    expect(published).not.toContain('secret-person@example.com')
    expect(published).not.toContain(token.slice(-20))
  })
})

/** The ids of everything above a span. */
function ancestors(spans: readonly ReceivedSpan[], span: ReceivedSpan): string[] {
  const parent = spans.find(({ spanId }) => spanId === span.parentSpanId)
  return parent ? [parent.spanId, ...ancestors(spans, parent)] : []
}
