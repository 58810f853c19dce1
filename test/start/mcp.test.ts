import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSchema, parse, validate } from 'graphql'
import { readTools, toolSchema } from '#startup/mcp/read-tools.js'
import { deploymentWithAgent } from '#test/support/deployments.js'
import { connectMcp, type McpClient } from '#test/support/mcp-client.js'
import { runCommand } from '#test/support/run-command.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

/** The settings that docs/mcp.md shows as JSON, which are also those of its command. */
function settingsOfPage(): { command: string; args: string[]; env: Record<string, string> } {
  const page = readFileSync('docs/mcp.md', 'utf8')
  const [, json] = /^```json\n([^]*?)^```$/m.exec(page)!
  const { stackgate } = (JSON.parse(json!) as { mcpServers: Record<string, ReturnType<typeof settingsOfPage>> })
    .mcpServers
  const settings = Object.entries(stackgate!.env).map(([name, value]) => `--env ${name}=${value}`)
  expect(page).toContain(
    `claude mcp add stackgate ${settings.join(' ')} -- ${stackgate!.command} ${stackgate!.args.join(' ')}\n`,
  )
  return stackgate!
}

interface NumberSchema {
  readonly path: readonly string[]
  readonly type: string
  readonly minimum?: number
  readonly maximum?: number
}

type Schema = Readonly<Record<string, unknown>>

/** Numbers that an argument can have, with the path to each. Items of lists have the path of their list. */
function numbersIn(schema: Schema, path: readonly string[] = []): NumberSchema[] {
  const { type, items, properties } = schema as { type?: string; items?: Schema; properties?: Record<string, Schema> }
  if (type === 'integer' || type === 'number') return [{ ...schema, path } as NumberSchema]
  if (type === 'array') return numbersIn(items!, [...path, '0'])
  return Object.entries(properties ?? {}).flatMap(([name, member]) => numbersIn(member, [...path, name]))
}

/** JSON with the unchanged number at the path, and a value for each required argument. */
function rawArguments(schema: Schema, path: readonly string[], number: string): string {
  const [head, ...rest] = path
  if (head === undefined) return number
  if (schema['type'] === 'array') return `[${rawArguments(schema['items'] as Schema, rest, number)}]`
  const properties = schema['properties'] as Record<string, Schema>
  const required = ((schema['required'] as string[] | undefined) ?? []).filter((name) => name !== head)
  const others = required.map((name) => `"${name}":${JSON.stringify(sampleOf(properties[name]!))}`)
  return `{${[...others, `"${head}":${rawArguments(properties[head]!, rest, number)}`].join(',')}}`
}

function sampleOf(schema: Schema): unknown {
  const {
    type,
    enum: values,
    properties = {},
    required = [],
  } = schema as {
    type?: string
    enum?: string[]
    properties?: Record<string, Schema>
    required?: string[]
  }
  if (values) return values[0]
  if (type === 'integer' || type === 'number') return 1
  if (type === 'boolean') return true
  if (type === 'array') return []
  if (type === 'object') return Object.fromEntries(required.map((name) => [name, sampleOf(properties[name]!)]))
  return '2100-01-01T00:00:00Z'
}

const REASON = 'promised by the support'

describe('stackgate mcp', () => {
  let server: TestServer
  let operator: McpClient
  let account: string
  let deployment: string
  let purse: Record<string, string>
  const clients: McpClient[] = []

  const connect = async (token: string, ...args: readonly string[]): Promise<McpClient> => {
    const client = await connectMcp({ STACKGATE_URL: server.url, STACKGATE_TOKEN: token }, args)
    clients.push(client)
    return client
  }
  /** A service that uses the entitlements of the account of a user. */
  const serviceOf = async (email: string) => {
    const { data } = await server.graphql<{ viewer: { account: { id: string } } }>(
      '{ viewer { account { id } } }',
      {},
      await server.token(email),
    )
    const key = await server.serviceKey(['entitlements:read', 'entitlements:write'], data.viewer.account.id)
    return { client: await connect(key), account: data.viewer.account.id }
  }
  const namesOf = async (client: McpClient) => (await client.list()).map(({ name }) => name)

  beforeAll(async () => {
    server = await startTestServer()
    const user = await server.token('ada@example.com')
    const viewer = await server.graphql<{ viewer: { account: { id: string } } }>(
      '{ viewer { account { id } } }',
      {},
      user,
    )
    account = viewer.data.viewer.account.id
    deployment = (await deploymentWithAgent(server, { capabilities: ['docker'] })).hash
    operator = await connect(await server.token('ops@example.com', { roles: ['admin'] }))
    purse = { account, feature: 'deployments', reason: REASON }
  })
  afterAll(async () => {
    for (const client of clients) await client.close()
    await server.close()
  })

  const override = (args: object) => operator.call('set_terms', { ...purse, ...args })
  const preview = async (client: McpClient, args: object) => {
    const { isError, content } = await client.call('preview_set_terms', { ...purse, ...args })
    expect([isError, content.error]).toEqual([false, undefined])
    return content as { previewToken: string; expiresAt: string; preview: Record<string, unknown> }
  }
  const overrides = async () =>
    (await server.query<{ count: number }>(`select count(*)::int as count from entitlement_override`))[0]!.count

  it('lists the tools with descriptions, input schemas and hints', async () => {
    const tools = await operator.list()
    const known = readTools(toolSchema())
    expect(tools.map(({ name }) => name).toSorted()).toEqual(
      known
        .filter((tool) => tool.account !== 'ENTITLEMENTS_USE')
        .flatMap(({ name, preview: two }) => (two ? [name, `preview_${name}`] : [name]))
        .toSorted(),
    )
    for (const { name, description, annotations } of tools) {
      expect([name, description]).toEqual([name, expect.stringMatching(/\.$/)])
      const tool = known.find((each) => each.name === name)
      expect([name, annotations?.readOnlyHint]).toEqual([name, !tool?.preview])
    }
    expect(tools.find(({ name }) => name === 'set_terms')?.inputSchema).toMatchObject({
      type: 'object',
      required: ['account', 'reason', 'previewToken'],
      properties: { amount: { type: 'integer' }, unlimited: { type: 'boolean' }, endsAt: { type: 'string' } },
      additionalProperties: false,
    })
    expect(tools.find(({ name }) => name === 'list_provider_events')?.inputSchema).toMatchObject({
      properties: {
        first: { default: 20 },
        filter: { properties: { statuses: { items: { enum: expect.arrayContaining(['DEAD']) } } } },
      },
    })
    expect(operator.instructions()).toContain('preview_')
  })

  it('starts as docs/mcp.md configures clients', async () => {
    const { command, args, env } = settingsOfPage()
    expect(command).toMatch(/\/node_modules\/\.bin\/stackgate$/)
    expect(Object.keys(env)).toEqual(['STACKGATE_URL', 'STACKGATE_TOKEN'])
    const [first, ...others] = args
    expect(first).toBe('mcp')
    const token = await server.serviceKey(['ops:read'])
    const client = await connectMcp({ STACKGATE_URL: server.url, STACKGATE_TOKEN: token }, others)
    clients.push(client)
    expect(await namesOf(client)).toContain('list_plans')
  })

  it('speaks the current protocol and the one before with a handshake', async () => {
    const env = { STACKGATE_URL: server.url, STACKGATE_TOKEN: await server.serviceKey(['ops:read']) }
    const earlier = await connectMcp(env, [], 'legacy')
    clients.push(earlier)
    expect([earlier.protocol(), operator.protocol()]).toEqual([expect.stringMatching(/^2025-/), '2026-07-28'])
    expect((await earlier.call('list_plans')).content).toEqual((await operator.call('list_plans')).content)
  })

  it('answers every request before it ends with its stdin, and every line that is no request', async () => {
    const token = await server.token('lines@example.com', { roles: ['admin'] })
    const lines = [
      '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}',
      '{"jsonrpc":"2.0","method":"notifications/initialized"}',
      '{"jsonrpc":"2.0","id":2,"method":"tools/list"}',
      '{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"list_plans","arguments":{}}}',
      '{"jsonrpc":"2.0","id":4,',
      '[]',
      '{"jsonrpc":"1.0","id":5,"method":"tools/list"}',
      '{"id":6}',
      '"text"',
      '{"jsonrpc":"2.0","id":"seven","method":"tools/list"}',
    ]
    const { stdout, code } = await runCommand(
      'mcp',
      [],
      { STACKGATE_URL: server.url, STACKGATE_TOKEN: token },
      lines.join('\n'),
    )
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: unknown; error?: { code: number } })
    const codes = answers.map(({ id, error }) => `${String(id)} ${error?.code ?? 'result'}`)
    expect(codes.toSorted()).toEqual(
      [
        '1 result',
        '2 result',
        '3 result',
        'null -32700',
        'null -32600',
        '5 -32600',
        '6 -32600',
        'null -32600',
        'seven result',
      ].toSorted(),
    )
    expect(code).toBe(0)
  })

  it('reads', async () => {
    const plans = await operator.call('list_plans')
    expect(plans.content).toMatchObject({ plans: [{ code: 'free' }, { code: 'basic' }, {}, {}] })
    expect(JSON.parse(plans.text)).toEqual(plans.content)
    const { content } = await operator.call('get_account', { account })
    expect(content).toMatchObject({ account: { id: account, plan: { plan: { code: 'free' } } } })
    expect((await operator.call('get_account', { account: 'acc_unknown' })).content.error?.code).toBe('NOT_FOUND')
    expect((await operator.call('get_account', { person: 'ada' })).isError).toBe(true)
  })

  it('changes something only after its preview, once, with the same arguments', async () => {
    const before = await overrides()
    const shown = await preview(operator, { amount: 4 })
    expect(shown.preview).toMatchObject({ account: { id: account } })
    expect(JSON.stringify(shown.preview)).toMatch(/"code":"deployments"[^]*?"limit":1\b/)
    expect(await overrides()).toBe(before)

    expect((await override({ amount: 4 })).isError).toBe(true)
    expect((await override({ amount: 4, previewToken: 'guessed' })).content.error?.code).toBe('PREVIEW_REQUIRED')
    const { previewToken } = shown
    expect((await override({ amount: 5, previewToken })).content.error?.code).toBe('PREVIEW_DIFFERS')
    const other = await operator.call('stop_deployment', { deployment, previewToken })
    expect(other.content.error?.code).toBe('PREVIEW_DIFFERS')
    expect(await overrides()).toBe(before)

    const done = await override({ amount: 4, previewToken })
    expect(done.content).toMatchObject({ setTerms: { account: { id: account } } })
    const now = await operator.call('get_entitlements', { account, features: ['deployments'] })
    expect(now.content).toMatchObject({ account: { usage: { entitlements: [{ limit: 5 }] } } })
    expect((await override({ amount: 4, previewToken })).content.error?.code).toBe('PREVIEW_REQUIRED')
    expect(await overrides()).toBe(before + 1)
  })

  it('previews units of work, of a member and with texts, and gives no token for what would be denied', async () => {
    const { client: user, account: own } = await serviceOf('meg@example.com')
    const use = { account: own, feature: 'deployments', amount: 1 }
    const allowed = await user.call('preview_consume', use)
    expect([allowed.isError, typeof allowed.content['previewToken']]).toEqual([false, 'string'])
    for (const more of [
      { amount: 1_000_000_000 },
      { user: 'usr_stranger' },
      { properties: [{ name: 'planet', value: 'mars' }] },
      { note: 'x'.repeat(201) },
      { reference: 'x'.repeat(501) },
      { work: { quantities: [{ name: 'tokens', amount: 1 }], dimensions: [] } },
    ]) {
      const { isError, content } = await user.call('preview_consume', { ...use, ...more })
      expect([more, isError, content['previewToken']]).toEqual([more, true, undefined])
      expect(content).toMatchObject({ error: { code: expect.any(String) }, preview: { check: { allowed: false } } })
    }
  })

  it('refuses a number out of its range in every numeric argument of every tool', async () => {
    const tools = (await operator.list()).concat(await (await serviceOf('max@example.com')).client.list())
    const cases = tools.flatMap(({ name, inputSchema }) =>
      numbersIn(inputSchema).flatMap(({ path, minimum, maximum, type }) => {
        expect([name, path, minimum, maximum]).toEqual([name, path, expect.any(Number), expect.any(Number)])
        return ['1e400', '-1e400', ...(type === 'integer' ? ['1e308', '9007199254740993', '1.5'] : [])].map(
          (number) => ({ name, number, args: rawArguments(inputSchema, path, number) }),
        )
      }),
    )
    expect(cases.length).toBeGreaterThan(50)
    const token = await server.token('ops@example.com', { roles: ['admin'] })
    const lines = [
      '{"jsonrpc":"2.0","id":"start","method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}',
      '{"jsonrpc":"2.0","method":"notifications/initialized"}',
      ...cases.map(
        ({ name, args }, id) =>
          `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"${name}","arguments":${args}}}`,
      ),
    ]
    const env = { STACKGATE_URL: server.url, STACKGATE_TOKEN: token }
    const { stdout } = await runCommand('mcp', [], env, lines.join('\n'))
    const answers = new Map(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { id: unknown; result?: { isError?: boolean }; error?: object })
        .map((answer) => [answer.id, answer]),
    )
    const accepted = cases.filter((_, id) => {
      const { result, error } = answers.get(id)!
      return !error && !result?.isError
    })
    expect(accepted).toEqual([])
  })

  it('describes the results of every tool, which are as described', async () => {
    for (const { name, outputSchema } of await operator.list()) {
      expect([name, outputSchema]).toEqual([name, expect.objectContaining({ type: 'object' })])
      expect([name, Object.keys(outputSchema!['properties'] as object)]).not.toEqual([name, []])
    }
  })

  it('refuses an expired preview', async () => {
    const client = await connect(await server.token('ops@example.com', { roles: ['admin'] }), '--preview-seconds', '1')
    const { previewToken, expiresAt } = await preview(client, { amount: 6 })
    await new Promise((wake) => setTimeout(wake, new Date(expiresAt).getTime() - Date.now() + 50))
    const { content } = await client.call('set_terms', { ...purse, amount: 6, previewToken })
    expect(content.error?.code).toBe('PREVIEW_EXPIRED')
  })

  it('records changes in the audit log as acts of the key, with the tool', async () => {
    const key = await server.serviceKey(['ops:read', 'ops:write'])
    const client = await connect(key)
    const { previewToken } = await preview(client, { amount: 7 })
    await client.call('set_terms', { ...purse, amount: 7, previewToken })
    const { content } = await operator.call('list_audit_log', {
      filter: { search: 'mcp:set_terms', action: 'mutation.setTerms' },
      first: 1,
    })
    expect(content).toMatchObject({
      auditLog: {
        nodes: [
          {
            actor: { kind: 'API_KEY', apiKey: { id: `key_${key.split('_')[2]}` } },
            action: 'mutation.setTerms',
            account: { id: account },
            details: { requestId: expect.stringMatching(/^mcp:set_terms:/), input: { reason: REASON } },
          },
        ],
      },
    })
  })

  it('lists only the tools that the key permits', async () => {
    const reader = await connect(await server.serviceKey(['ops:read']))
    const read = await namesOf(reader)
    expect(read).toEqual(expect.arrayContaining(['list_plans', 'list_dead_letters', 'get_deployment']))
    for (const absent of ['get_entitlements', 'get_billing', 'grant_credits', 'preview_grant_credits', 'restart_app'])
      expect(read).not.toContain(absent)

    const own = await namesOf(await connect(await server.serviceKey(['entitlements:read'], account)))
    expect(own.toSorted()).toEqual([
      'check_entitlement',
      'get_account',
      'get_entitlements',
      'get_installation',
      'list_plans',
      'list_templates',
    ])
    const member = await namesOf(await connect(await server.token('ada@example.com')))
    expect(member).toEqual(expect.arrayContaining(['change_plan', 'preview_change_plan', 'get_billing']))
    expect(member).not.toContain('search')
  })

  it('returns the error of the server for a permission that it cannot know before', async () => {
    const client = await connect(await server.serviceKey(['billing:read']))
    expect((await client.call('get_entitlements', { account })).content).toMatchObject({
      account: { id: account, usage: null },
    })
    const { isError, content } = await client.call('preview_stop_deployment', { deployment })
    expect([isError, content.error?.code]).toEqual([true, 'NOT_FOUND'])
  })

  it('lists no changing tool with --read-only', async () => {
    const client = await connect(await server.token('ops@example.com', { roles: ['admin'] }), '--read-only')
    expect((await client.list()).every(({ annotations }) => annotations?.readOnlyHint)).toBe(true)
    expect(await namesOf(client)).not.toContain('preview_change_plan')
  })

  it('returns UNAVAILABLE while the server is away, and repeats the change afterwards without a second effect', async () => {
    const { previewToken } = await preview(operator, { amount: 9 })
    await server.whileStopped(async () => {
      const read = await operator.call('list_plans')
      expect([read.isError, read.content.error?.code]).toEqual([true, 'UNAVAILABLE'])
      expect((await override({ amount: 9, previewToken })).content.error?.code).toBe('UNAVAILABLE')
      const late = await connect(await server.serviceKey(['ops:read']).catch(() => 'sk_unknown'))
      expect(await namesOf(late)).toContain('change_plan')
      expect(late.said()).toContain('cannot be reached')
    })
    expect((await override({ amount: 9, previewToken })).content.error).toBeUndefined()
  })

  it.each([
    ['sk_sandbox_wrong', 'the server rejected the token (INVALID_TOKEN)'],
    ['', 'STACKGATE_TOKEN: missing'],
  ])('ends with exit code 2 for the token %j', async (token, sentence) => {
    const env = { STACKGATE_URL: server.url, ...(token ? { STACKGATE_TOKEN: token } : {}) }
    const { code, stdout, stderr } = await runCommand('mcp', [], env)
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(sentence)])
  })

  it('sends documents that the server accepts', async () => {
    const samples: Record<string, unknown> = {
      account,
      deployment,
      feature: 'deployments',
      search: 'ada',
      plan: 'basic',
      provider: 'STRIPE',
      amount: 1,
      reason: REASON,
      filter: {},
      command: 'cmd_unknown',
      purchase: 'pur_unknown',
      deadLetter: 'ded_unknown',
      app: 'web',
      apiKey: 'key_unknown',
      name: 'Billing page',
    }
    const found: [string, string | null, unknown][] = []
    const member = await connect(await server.token('ada@example.com'))
    const service = await connect(await server.serviceKey(['ops:read', 'ops:write']))
    const user = await connect(await server.serviceKey(['entitlements:read', 'entitlements:write']))
    const callers: Readonly<Record<string, McpClient>> = {
      BILLING_MANAGE: member,
      DEPLOYMENTS_MANAGE: service,
      ENTITLEMENTS_USE: user,
    }
    // The limit `deployments` takes no credits.
    const DENIALS = ['NOT_FOUND', 'NO_ACTIVE_SUBSCRIPTION', 'NO_SUBSCRIPTION', 'INVALID_PARAMETERS']
    for (const { name, operation, preview: two, account: onAccount } of readTools(toolSchema())) {
      const caller = callers[onAccount ?? ''] ?? operator
      const needed = operation.inputs.filter(
        ({ name: input, type }) =>
          String(type).endsWith('!') ||
          // Two providers are configured, so that a tool about one of them has to name it.
          ['account', 'provider'].includes(input) ||
          (input === 'amount' && String(type) === 'SafeInt'),
      )
      const args: Record<string, unknown> = Object.fromEntries(needed.map(({ name: input }) => [input, samples[input]]))
      const outcomes = [await caller.call(two ? `preview_${name}` : name, args)]
      if (two && !outcomes[0]!.isError)
        outcomes.push(await caller.call(name, { ...args, previewToken: outcomes[0]!.content['previewToken'] }))
      for (const { content } of outcomes) found.push([name, content.error?.code ?? null, content['errors'] ?? null])
    }
    expect(
      found.filter(([, code, problems]) => problems !== null || (code !== null && !DENIALS.includes(code))),
    ).toEqual([])
    expect(found.filter(([, code]) => code === null).length).toBeGreaterThan(20)
  })

  it('runs on a server that accepts only trusted documents', async () => {
    const { code, stdout } = await runCommand('mcp', ['--documents'], {})
    expect(code).toBe(0)
    const path = join(server.dataDir, 'tools.json')
    writeFileSync(path, stdout)
    const strict = await startTestServer({ env: { TRUSTED_DOCUMENTS: path, TRUSTED_DOCUMENTS_ONLY: 'true' } })
    const token = await strict.token('ops@example.com', { roles: ['admin'] })
    const client = await connectMcp({ STACKGATE_URL: strict.url, STACKGATE_TOKEN: token })
    try {
      expect((await strict.graphql('{ plans { name } }', {}, token)).errors?.[0]?.extensions.code).toBe(
        'DOCUMENT_NOT_TRUSTED',
      )
      expect((await client.call('list_plans')).isError).toBe(false)
      const { content } = await client.call('preview_replay_provider_events', { filter: {} })
      expect(content).toMatchObject({ preview: { replayWebhooks: { matchedCount: 0 } } })
    } finally {
      await client.close()
      await strict.close()
    }
  })

  it('defines each tool by a valid document, and previews that change nothing', () => {
    const schema = buildSchema(readFileSync('src/schema/schema.graphql', 'utf8'))
    for (const { name, operation, preview: two, description } of readTools(toolSchema())) {
      expect([name, validate(schema, parse(operation.text))]).toEqual([name, []])
      expect(description).toMatch(/^[A-Z].*\.$/)
      expect(operation.text.startsWith('mutation')).toBe(two !== null)
      if (!two) continue
      expect([name, validate(schema, parse(two.text))]).toEqual([name, []])
      const isRead = two.text.startsWith('query')
      expect([name, isRead || two.variablesOf({})['dryRun']]).toEqual([name, true])
      // A denial is recognized by its fields.
      expect(operation.text).toMatch(
        /denial \{\s+\.\.\.DenialFields[^]*fragment DenialFields on Denial \{\s+code\s+message/,
      )
      const names = operation.inputs.map((input) => input.name)
      expect(two.inputs.filter((input) => !names.includes(input.name))).toEqual([])
    }
  })
})
