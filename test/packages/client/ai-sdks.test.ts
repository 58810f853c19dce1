import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { Client, InMemoryTransport } from '@modelcontextprotocol/client'
import { McpServer } from '@modelcontextprotocol/server'
import { meterTool } from '@stackgate/client/ai/mcp'
import { DenialError, meterLanguageModel, type AiCallEnd } from '@stackgate/client/ai/vercel'
import { meterOpenAI } from '@stackgate/client/ai/openai'
import { createEntitlements, type Entitlements } from '@stackgate/client/entitlements'
import { z } from 'zod'
import { planOf, startAiProvider, type AiProvider } from '#test/support/ai-provider.js'
import { tokenCatalog } from '#test/support/ai-wrappers.js'
import { bundle } from '#test/support/bundle.js'
import { AI_SDKS, examplesOf, moduleOf, PAGES } from '#test/support/documented-examples.js'
import { newAccount } from '#test/support/entitlements.js'
import { installTools } from '#test/support/install-tools.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const PAGE = 'docs/ai-sdks.md'
const FEATURE = 'ai_credits'
const START = Date.parse('2026-07-15T10:00:00Z')

describe('metered calls of models', () => {
  let server: TestServer
  let entitlements: Entitlements
  let key: string
  beforeAll(async () => {
    const env = { CATALOG: tokenCatalog('reject') }
    server = await startTestServer({ start: new Date(START).toISOString(), env })
    key = await server.serviceKey(['entitlements:write', 'accounts:write'])
    entitlements = createEntitlements({ url: server.url, key })
  })
  afterAll(() => server.close())

  const used = async (accountId: string) =>
    (await entitlements.check({ accountId, feature: FEATURE })).entitlement!.used
  const ends: AiCallEnd[] = []
  const model = { modelId: 'large' }
  const params = { prompt: [{ role: 'user', content: 'x'.repeat(40) }], maxOutputTokens: 20 }
  /** Result of a model: 10 tokens of input, and `output` of output. */
  const resultOf = (output: number) => ({
    usage: { inputTokens: { total: 10 }, outputTokens: { total: output }, raw: { cost: 0.5 } },
  })
  const meterOf = (accountId: string) =>
    meterLanguageModel({
      entitlements,
      accountId,
      feature: FEATURE,
      onEnd: (end) => ends.push(end),
    })

  it('are denied before they are sent, as the typed denial', async () => {
    const accountId = await newAccount(server)
    const meter = meterOf(accountId)
    let calls = 0
    const doGenerate = async () => ({ ...resultOf(20), count: ++calls })
    const large = { ...params, maxOutputTokens: 5_000 }
    const denied = meter.wrapGenerate({ doGenerate, params: large, model })
    await expect(denied).rejects.toThrow(DenialError)
    await expect(denied).rejects.toMatchObject({
      code: 'INSUFFICIENT_CREDITS',
      denial: { remedies: expect.any(Array) },
    })
    expect([calls, await used(accountId)]).toEqual([0, 0])
    expect(await meter.wrapGenerate({ doGenerate, params, model })).toMatchObject({ count: 1 })
    expect(await used(accountId)).toBe(10 * 4 + 20 * 10)
    expect(ends.at(-1)).toMatchObject({
      outcome: 'reported',
      usage: { cost: 0.5 },
      consumption: { amount: 240, providerCost: '0.5' },
    })
    const { data } = await server.graphql<{
      account: { usage: { consumptions: { nodes: { providerCost: string; explain: string[] }[] } } }
    }>(
      `query ($id: ID!) { account(id: $id) { usage { consumptions(first: 1) { nodes { providerCost explain } } } } }`,
      { id: accountId },
      key,
    )
    const [stored] = data.account.usage.consumptions.nodes
    expect(stored!.providerCost).toBe('0.5')
    expect(stored!.explain).toContain('The provider of the work reported a cost of 0.5 USD.')
  })

  it('end with the estimated input for a response in the background, and reading it later charges nothing', async () => {
    const accountId = await newAccount(server)
    const usage = { input_tokens: 10, output_tokens: 20, total_tokens: 30 }
    // The promise of the SDK reads the body when its value is asked for.
    const client = {
      post: (_path: string, options: unknown) => {
        const responsePromise = Promise.resolve(options).then(() => ({ response: new Response() }))
        const parseResponse = async (): Promise<object> => ({ id: 'resp_1', status: 'queued', usage: null })
        const promise = { responsePromise, parseResponse }
        return Object.assign(promise, {
          // oxlint-disable-next-line unicorn/no-thenable
          then: (...then: Parameters<Promise<object>['then']>) =>
            responsePromise.then(() => promise.parseResponse()).then(...then),
        })
      },
    }
    const sdkOf = () => ({
      responses: {
        _client: client,
        create(_params: object) {
          return this._client.post('/responses', {})
        },
        retrieve: async (id: string) => ({ id, status: 'completed', usage }),
      },
      withOptions: (): unknown => sdkOf(),
    })
    const openai = meterOpenAI(sdkOf(), { entitlements, accountId, feature: FEATURE, onEnd: (end) => ends.push(end) })
    await openai.responses.create({ model: 'large', input: 'x'.repeat(40), background: true, max_output_tokens: 20 })
    const estimated = await used(accountId)
    expect(ends.at(-1)).toMatchObject({ outcome: 'estimated' })
    expect(await openai.responses.retrieve('resp_1')).toMatchObject({ usage })
    expect(await used(accountId)).toBe(estimated)
  })

  it('are charged whatever the provider states as their cost', async () => {
    const accountId = await newAccount(server)
    for (const [cost, stored] of [
      [0.000_000_1, '0.0000001'],
      [0, '0'],
      [-1, undefined],
      [1e300, undefined],
      [NaN, undefined],
      ['0.5', undefined],
    ]) {
      const usage = { inputTokens: { total: 1 }, outputTokens: { total: 1 }, raw: { cost } }
      await meterOf(accountId).wrapGenerate({ doGenerate: async () => ({ usage }) as never, params, model })
      expect([ends.at(-1)!.outcome, ends.at(-1)!.consumption?.providerCost]).toEqual(['reported', stored])
    }
    expect(await used(accountId)).toBe(6 * 14)
    const refused = await server.rest('POST', '/api/v1/entitlements/commit', {
      token: key,
      body: { reservation_id: 'rsv_1', provider_cost: '-1', idempotency_key: 'wrong-cost' },
    })
    expect(refused.status).toBeGreaterThanOrEqual(400)
  })

  it('are charged in full when units are missing at their end', async () => {
    const accountId = await newAccount(server)
    // The clock of the test moves by itself, as the reservation has to end.
    let now = START + 60_000
    const clock = setInterval(() => void server.advanceTo(new Date((now += 2_000)).toISOString()), 300)
    const done = meterOf(accountId).wrapGenerate({ doGenerate: async () => resultOf(200), params, model })
    expect(await done).toMatchObject({ usage: { outputTokens: { total: 200 } } })
    for (let wait = 0; !ends.at(-1)!.consumption?.late && wait < 200; wait++)
      await new Promise((wake) => setTimeout(wake, 100))
    clearInterval(clock)
    // The end of the reservation has charged its 244 units, and the commit charges what the provider reported beyond them: the rest of the plan,
    // and debt.
    expect(ends.at(-1)).toMatchObject({ outcome: 'reported', consumption: { amount: 1_796, late: true } })
    expect(await used(accountId)).toBe(1_000)
    const [charged] = await server.query<{ units: number }>(
      `select -sum(amount)::int as units from ledger_entry where account_id = $1 and kind in ('CONSUME', 'ADJUST')`,
      [accountId],
    )
    expect(charged).toEqual({ units: 2_040 })
  })

  it('of an SDK that repeats them are one call', async () => {
    const accountId = await newAccount(server)
    const meter = meterOf(accountId)
    const lost = meter.wrapGenerate({ doGenerate: () => Promise.reject(new TypeError('fetch failed')), params, model })
    await expect(lost).rejects.toThrow('fetch failed')
    const first = ends.at(-1)!
    await meter.wrapGenerate({ doGenerate: async () => resultOf(7), params, model })
    expect([first.outcome, ends.at(-1)!.outcome]).toEqual(['estimated', 'reported'])
    expect(ends.at(-1)!.key).toBe(first.key)
    expect(await used(accountId)).toBe(10 * 4 + 7 * 10)
    // The same prompt after a success is another call.
    await meter.wrapGenerate({ doGenerate: async () => resultOf(7), params, model })
    expect(await used(accountId)).toBe(2 * (10 * 4 + 7 * 10))
  })

  it('with one key are charged once', async () => {
    const accountId = await newAccount(server)
    const meter = meterLanguageModel({
      entitlements,
      accountId,
      feature: FEATURE,
      key: () => `job-${accountId}`,
      onEnd: (end) => ends.push(end),
    })
    for (const output of [5, 6]) await meter.wrapGenerate({ doGenerate: async () => resultOf(output), params, model })
    expect(ends.at(-1)).toMatchObject({ outcome: 'duplicate' })
    expect(await used(accountId)).toBe(10 * 4 + 5 * 10)
  })

  it('have a price as calls of an MCP tool, whose denial is a result with the remedies', async () => {
    const accountId = await newAccount(server)
    const mcp = new McpServer({ name: 'tools', version: '1.0.0' })
    const search = meterTool(
      {
        entitlements,
        accountId,
        feature: FEATURE,
        amount: 400,
        properties: ({ text }) => ({ tool: `search-${text}` }),
      },
      async ({ text }: { text: string }) => {
        if (text === 'throw') throw new Error('No index.')
        return { content: [{ type: 'text' as const, text: `found ${text}` }], isError: text === 'fail' }
      },
    )
    mcp.registerTool('search', { inputSchema: z.object({ text: z.string() }) }, search)
    const [near, far] = InMemoryTransport.createLinkedPair()
    const client = new Client({ name: 'test', version: '1.0.0' })
    await Promise.all([mcp.connect(far), client.connect(near)])
    const call = (text: string) => client.callTool({ name: 'search', arguments: { text } })
    expect(await call('one')).toMatchObject({ content: [{ text: 'found one' }] })
    expect(await call('fail')).toMatchObject({ isError: true, content: [{ text: 'found fail' }] })
    expect(await call('throw')).toMatchObject({ isError: true, content: [{ text: 'No index.' }] })
    expect(await used(accountId)).toBe(400)
    await call('two')
    expect(await call('three')).toMatchObject({
      isError: true,
      content: [{ text: expect.stringMatching(/^Insufficient credits: .*\nWhat helps:\n- Buy /) }],
      _meta: { 'stackgate/denial': { code: 'INSUFFICIENT_CREDITS', remedies: expect.any(Array) } },
    })
    expect(await used(accountId)).toBe(800)
    const entries = await server.query<{ properties: unknown }>(
      `select price->'properties' as properties from ledger_entry
       where account_id = $1 and kind = 'CONSUME' and entry_no = 0 order by version`,
      [accountId],
    )
    expect(entries.map(({ properties }) => properties)).toEqual([{ tool: 'search-one' }, { tool: 'search-two' }])
    await client.close()
  })

  it('are those of the examples of the page', async () => {
    const provider: AiProvider = await startAiProvider()
    const priced = await startTestServer({ start: new Date(START).toISOString(), env: { CATALOG: 'ai-platform' } })
    const folder = mkdtempSync(join(relative(process.cwd(), await installTools(AI_SDKS)), 'examples-'))
    try {
      const [settings, ...examples] = examplesOf(readFileSync(PAGE, 'utf8')).map((example) =>
        stripTypeScriptTypes(moduleOf(PAGES[PAGE]!, {}, example)),
      )
      // Names of the first example that the others use.
      const shared = settings!.replaceAll('const ', 'globalThis.')
      for (const [index, example] of [shared, ...examples].entries()) {
        const path = join(folder, `example-${index}.mjs`)
        writeFileSync(path, example)
        writeFileSync(path, await bundle(path, true, ['ai', 'openai', '@anthropic-ai/sdk']))
      }
      writeFileSync(join(folder, 'run.mjs'), runnerOf(examples.length + 1))
      const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'run.mjs')], {
        env: {
          STACKGATE_URL: priced.url,
          STACKGATE_SECRET_KEY: await priced.serviceKey(['entitlements:write', 'accounts:write']),
          OPENAI_API_KEY: 'key',
          OPENAI_BASE_URL: provider.url,
          ANTHROPIC_API_KEY: 'key',
          ANTHROPIC_BASE_URL: provider.url.replace('/v1', ''),
        },
      })
      const { chunks, usage } = planOf(0, 0)
      const text = 'ten chars.'.repeat(chunks)
      const lines = stdout.trim().split('\n')
      expect(
        lines
          .filter((line) => line.startsWith('shown'))
          .join('')
          .replaceAll('shown ', ''),
      ).toBe(text.repeat(3))
      expect(lines.filter((line) => line.startsWith('log'))).toEqual(
        Array.from({ length: 3 }, () => expect.stringContaining(`log reported ${usage.input} ${usage.output} `)),
      )
      expect(lines.at(-1)).toBe('tool found it')
    } finally {
      rmSync(folder, { recursive: true })
      await priced.close()
      provider.close()
    }
  })
})

/** A program that runs the examples one after the other, with the names that belong to the application of the reader. */
const runnerOf = (count: number): string => `
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
let tool
Object.assign(globalThis, {
  AI_SDK_LOG_WARNINGS: false,
  user: { id: '42' },
  question: 'What is new?',
  model: createOpenAICompatible({ name: 'p', baseURL: process.env.OPENAI_BASE_URL, apiKey: 'key' })('large'),
  log: (outcome, usage, units) => console.log('log', outcome, usage.input, usage.output, units),
  show: (text) => text && console.log('shown', text),
  find: async (text) => 'found ' + text,
  searchInput: {},
  server: { registerTool: (name, config, handler) => (tool = handler) },
})
for (let index = 0; index < ${count}; index++) await import('./example-' + index + '.mjs')
const { content } = await tool({ text: 'it' })
console.log('tool', content[0].text)
process.exit()
`
