import { Stackgate } from '@stackgate/client/server'
import { StackgateProvider } from '@stackgate/client/server/openfeature'
import { eventually, freePort, startTestServer, type TestServer } from '#test/support/test-server.js'

/** The SDK of OpenFeature with this provider: test/long/server-entries.test.ts. */
describe('provider of OpenFeature', () => {
  let server: TestServer
  let stackgate: Stackgate
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'attribution' } })
    const secretKey = await server.serviceKey(['entitlements:write', 'billing:write', 'accounts:write'])
    stackgate = new Stackgate({ secretKey, url: server.url })
  })
  afterAll(async () => {
    stackgate.close()
    await server.close()
  })
  const codes = async () => {
    const { rows } = await server
      .graphql('{ features { code kind } }' as never, {} as never, '')
      .then(({ data }) => ({ rows: (data as unknown as { features: { code: string; kind: string }[] }).features }))
    return rows
  }

  it('has a number for each feature that is counted, and for no other', async () => {
    const provider = new StackgateProvider(stackgate)
    await provider.initialize()
    const context = { targetingKey: 'flags-1' }
    const features = await codes()
    expect(new Set(features.map(({ kind }) => kind)).size).toBeGreaterThan(1)
    for (const { code, kind } of features) {
      const found = await provider.resolveNumberEvaluation(code, -1, context)
      if (kind === 'BOOLEAN') expect(found).toMatchObject({ value: -1, errorCode: 'TYPE_MISMATCH' })
      else expect([found.errorCode, found.value >= 0]).toEqual([undefined, true])
      expect(await provider.resolveStringEvaluation(code, 'none')).toMatchObject({ errorCode: 'TYPE_MISMATCH' })
      expect((await provider.resolveBooleanEvaluation(code, true, context)).errorCode).toBeUndefined()
    }
    expect(await provider.resolveBooleanEvaluation('exports', true, { targetingKey: 'null' })).toMatchObject({
      value: true,
      errorCode: 'INVALID_CONTEXT',
    })
    await provider.onClose()
  })

  it('is not ready while the server is down, and fatal with a rejected key', async () => {
    const url = `http://127.0.0.1:${await freePort()}`
    const down = new Stackgate({ secretKey: 'sg_test_none', url })
    await expect(new StackgateProvider(down).initialize()).rejects.toMatchObject({ code: 'GENERAL' })
    const rejected = new Stackgate({ secretKey: 'sg_test_none', url: server.url })
    const provider = new StackgateProvider(rejected)
    await expect(provider.initialize()).rejects.toMatchObject({ code: 'PROVIDER_FATAL', name: 'ProviderFatalError' })
    expect(await provider.resolveBooleanEvaluation('exports', true, { targetingKey: 'flags-2' })).toMatchObject({
      value: true,
      errorCode: 'PROVIDER_FATAL',
    })
    down.close()
    rejected.close()
  })

  it('says when the server stops and begins to answer', async () => {
    let isCut = false
    const secretKey = await server.serviceKey(['entitlements:write', 'accounts:write'])
    const own = new Stackgate({
      secretKey,
      url: server.url,
      fetch: (url, init) => (isCut ? Promise.reject(new TypeError('cut')) : fetch(url, init)),
    })
    const provider = new StackgateProvider(own)
    await provider.initialize()
    const seen: string[] = []
    for (const event of ['PROVIDER_READY', 'PROVIDER_ERROR']) provider.events.addHandler(event, () => seen.push(event))
    const ask = () => provider.resolveBooleanEvaluation('exports', false, { targetingKey: 'flags-3' })
    await ask()
    isCut = true
    expect([(await ask()).errorCode, (await ask()).errorCode]).toEqual(['GENERAL', 'GENERAL'])
    isCut = false
    await ask()
    expect(seen).toEqual(['PROVIDER_ERROR', 'PROVIDER_READY'])
    await provider.onClose()
    own.close()
  })

  it('says which flags of a customer a plan changes, and nothing when units are used', async () => {
    const provider = new StackgateProvider(stackgate)
    const changes: { flagsChanged?: string[]; metadata?: object }[] = []
    provider.events.addHandler('PROVIDER_CONFIGURATION_CHANGED', (details) => changes.push(details as never))
    const context = { targetingKey: 'flags-4' }
    expect((await provider.resolveBooleanEvaluation('exports', false, context)).value).toBe(false)
    await stackgate.consume({ customer: 'flags-4', feature: 'attribution_runs', amount: 1 })
    const sale = { customer: 'flags-4', plan: 'scale', provider: 'STRIPE', email: 'f@example.com' } as const
    const started = await stackgate.checkout(sale)
    if (!started.ok) throw new Error(started.denial.message)
    await server.sandboxControl('POST', `checkouts/${started.value.providerReference}/pay`, {})
    await eventually(
      () => Promise.resolve(changes.flatMap(({ flagsChanged = [] }) => flagsChanged)),
      (flags) => flags.includes('exports'),
    )
    expect(changes[0]!.metadata).toEqual({ targetingKey: 'flags-4' })
    const before = changes.length
    const used = await stackgate.consume({ customer: 'flags-4', feature: 'attribution_runs', amount: 2 })
    expect(used.ok).toBe(true)
    expect((await provider.resolveBooleanEvaluation('exports', false, context)).value).toBe(true)
    expect(changes).toHaveLength(before)
    await provider.onClose()
  })
})
