import type { ApolloServerPlugin, GraphQLRequestListener } from '@apollo/server'
import { post, startTransportFixture, type TransportFixture } from '#test/support/transport-fixture.js'

/** Counts the hooks of the requests, as a plug-in for logs or metrics would use them. */
class CountingPlugin implements ApolloServerPlugin<object> {
  readonly calls: string[] = []

  constructor(private readonly hooks: readonly string[] = []) {}

  requestDidStart(): Promise<GraphQLRequestListener<object>> {
    this.calls.push('requestDidStart')
    const note =
      (name: string): (() => Promise<void>) =>
      () => {
        this.calls.push(name)
        return Promise.resolve()
      }
    return Promise.resolve({
      didResolveSource: note('didResolveSource'),
      parsingDidStart: note('parsingDidStart'),
      validationDidStart: note('validationDidStart'),
      didResolveOperation: note('didResolveOperation'),
      didEncounterErrors: note('didEncounterErrors'),
      willSendResponse: note('willSendResponse'),
      executionDidStart: () => {
        this.calls.push('executionDidStart')
        return Promise.resolve(
          this.hooks.includes('willResolveField')
            ? { willResolveField: ({ info }) => void this.calls.push(`field ${info.fieldName}`) }
            : {},
        )
      },
    })
  }

  count(name: string): number {
    return this.calls.filter((call) => call === name).length
  }
}

describe('Apollo Server plug-ins', () => {
  const fixtures: TransportFixture[] = []
  const start = async (plugin: CountingPlugin) => {
    const fixture = await startTransportFixture({ apolloPlugins: [plugin] })
    fixtures.push(fixture)
    return fixture
  }
  afterEach(async () => {
    await Promise.all(fixtures.splice(0).map(({ edge }) => edge.drain(1_000)))
  })

  it('receive each of 100 requests of one document from start to response', async () => {
    const plugin = new CountingPlugin()
    const fixture = await start(plugin)
    for (let request = 0; request < 100; request++)
      expect((await post(fixture.url, { query: '{ item { name } }' })).body.errors).toBeUndefined()
    for (const hook of [
      'requestDidStart',
      'didResolveSource',
      'didResolveOperation',
      'executionDidStart',
      'willSendResponse',
    ])
      expect([hook, plugin.count(hook)]).toEqual([hook, 100])
    expect([plugin.count('parsingDidStart'), plugin.count('validationDidStart')]).toEqual([1, 1])
    expect(plugin.count('didEncounterErrors')).toBe(0)
  })

  it('receive each field of each request if they ask for it', async () => {
    const plugin = new CountingPlugin(['willResolveField'])
    const fixture = await start(plugin)
    for (let request = 0; request < 10; request++) await post(fixture.url, { query: '{ item { name } }' })
    expect([plugin.count('field item'), plugin.count('field name')]).toEqual([10, 10])
  })

  it('receive documents that fail to parse, are invalid, name no operation or cost too much', async () => {
    const plugin = new CountingPlugin()
    const fixture = await start(plugin)
    const queries = [
      '{',
      '{ unknown }',
      'query A { item { name } } query B { item { name } }',
      'subscription { ticks { number } }',
    ]
    for (const query of queries) expect((await post(fixture.url, { query })).body.errors).toHaveLength(1)
    expect([
      plugin.count('requestDidStart'),
      plugin.count('didEncounterErrors'),
      plugin.count('willSendResponse'),
    ]).toEqual([4, 4, 4])
    expect(plugin.count('executionDidStart')).toBe(0)
  })

  it('receive each operation of a batch', async () => {
    const plugin = new CountingPlugin()
    const fixture = await start(plugin)
    const query = '{ item { name } }'
    await post(fixture.url, [{ query }, { query }, { query }])
    expect([plugin.count('requestDidStart'), plugin.count('willSendResponse')]).toEqual([3, 3])
  })
})
