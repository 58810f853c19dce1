import { spawn } from 'node:child_process'
import { cpSync, writeFileSync } from 'node:fs'
import { randomInt, randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { assignTestPlan } from '../support/entitlements.js'
import { environment, install, newFolder, run, temporaryServer, writeFiles } from '../support/package-apps.js'
import { blocksOf } from '../support/sample-blocks.js'
import { createSeededRandom } from '../support/seeded-random.js'
import { itUnless, withoutMaven } from '../support/skip.js'
import type { TestServer } from '../support/test-server.js'

const CASES = 1_000
const TOOLS = join(process.cwd(), 'test/long/open-feature-tools')
const SERVER = { '@openfeature/server-sdk': '1.23.0', '@openfeature/ofrep-provider': '0.1.3' }
const WEB = { '@openfeature/web-sdk': '1.10.0', '@openfeature/ofrep-web-provider': '0.4.3', eventsource: '4.0.0' }

type Value = boolean | number
/** Value, variant and code of an error. */
type Answer = readonly [Value, string | null, string | null]
interface Question {
  readonly flag: string
  /** The value that a caller has for a failure. */
  readonly otherwise: Value
  readonly key: string
}

/** A program that evaluates a flag for each line. */
function evaluator(folder: string, command: string, args: readonly string[], isPlain = false) {
  const child = spawn(command, args, { cwd: folder, env: environment(), stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    async ask(question: Question & Readonly<Record<string, unknown>>): Promise<Answer> {
      const { flag, otherwise, key } = question
      child.stdin.write(`${isPlain ? `${flag} ${otherwise} ${key}` : JSON.stringify(question)}\n`)
      const { value, done } = await lines.next()
      if (done) throw new Error(`The program ${args.join(' ')} ended.`)
      return JSON.parse(value) as Answer
    },
    end: () => void child.kill(),
  }
}

type Evaluator = ReturnType<typeof evaluator>

async function nodeEvaluator(program: string, dependencies: object, args: readonly string[]): Promise<Evaluator> {
  const folder = newFolder('open-feature')
  writeFiles(folder, { 'package.json': { private: true, type: 'module', dependencies } })
  cpSync(join(TOOLS, program), join(folder, program))
  await install(folder)
  return evaluator(folder, process.execPath, [program, ...args])
}

async function javaEvaluator(args: readonly string[]): Promise<Evaluator> {
  const folder = newFolder('open-feature')
  for (const file of ['pom.xml', 'Flags.java']) cpSync(join(TOOLS, file), join(folder, file))
  await run(folder, 'mvn', ['-q', '-B', 'dependency:build-classpath', '-Dmdep.outputFile=classpath'])
  const classes = (await run(folder, 'cat', ['classpath'])).trim()
  return evaluator(folder, 'java', ['-cp', classes, 'Flags.java', ...args], true)
}

/** Changes plans and use of a few customers, and compares each value with `check`. */
async function compare(server: TestServer, token: string, evaluators: readonly Evaluator[]): Promise<number> {
  const random = createSeededRandom(randomInt(2 ** 31))
  const oneOf = <Item>(items: readonly Item[]): Item => items[Math.floor(random.next() * items.length)]!
  const act = async (verb: string, body: object) =>
    (await server.rest('POST', `/api/v1/entitlements/${verb}`, { token, body })).body as {
      readonly allowed: boolean
      readonly entitlement: { readonly accountId: string; readonly unlimited: boolean; readonly remaining: number }
      readonly denial: { readonly code: string } | null
    }
  const features = [...server.app.context.catalog.current().features.values()]
  let denied = 0
  for (let number = 0; number < CASES; number++) {
    const key = `flags-${Math.floor(random.next() * 8)}`
    const account = { account_id: `customer:${key}` }
    const { code, kind } = oneOf(features)
    const change = random.next()
    if (change < 0.2) {
      await act('check', { ...account, feature: code })
      const [row] = await server.query<{ id: string }>('select id from account where external_id = $1', [key])
      await assignTestPlan(server, row!.id, oneOf(['free', 'pro', 'scale']))
    } else if (change < 0.5) {
      const feature = oneOf(features).code
      const use = { ...account, feature, amount: oneOf([1, 100, 2_000]), idempotency_key: randomUUID() }
      await act('consume', use)
      await act('allocate', { ...account, feature, resource_id: randomUUID() })
    }
    const isNumber = kind !== 'BOOLEAN' && random.next() < 0.5
    const { allowed, entitlement, denial } = await act('check', { ...account, feature: code })
    const value = isNumber ? (allowed ? (entitlement.unlimited ? -1 : entitlement.remaining) : 0) : allowed
    const flag = isNumber ? `${code}.remaining` : code
    // The default is the value that would be wrong.
    const question = { flag, otherwise: isNumber ? 987_654 : !allowed, key }
    const expected = [value, allowed ? 'allowed' : denial!.code, null]
    const answers = await Promise.all(evaluators.map((evaluate) => evaluate.ask(question)))
    expect([number, question, answers]).toEqual([number, question, evaluators.map(() => expected)])
    if (!allowed) denied++
  }
  return denied
}

/** `npm run test:long -- open-feature`: unchanged providers of OpenFeature against the server. */
describe('Providers of OpenFeature', () => {
  const scopes = ['entitlements:write', 'accounts:write']
  const catalog = { env: { CATALOG: 'attribution' } }

  it('are used as docs/open-feature.md shows', async () => {
    await using stackgate = await temporaryServer(catalog)
    const { server } = stackgate
    const key = await server.serviceKey(scopes)
    await server.rest('POST', '/api/v1/entitlements/check', {
      token: key,
      body: { account_id: 'customer:42', feature: 'exports' },
    })
    const [row] = await server.query<{ id: string }>(`select id from account where external_id = '42'`)
    await assignTestPlan(server, row!.id, 'scale')
    const [onServer, inBrowser] = blocksOf('docs/open-feature.md')
      .filter(({ language }) => language === 'ts')
      .map(({ code }) => code.replace('https://billing.example.com', server.url).replace('ai_credits', 'lookback_days'))
    const programs = [
      [SERVER, onServer!.replaceAll(/^await (flags\..*)$/gm, 'console.log(await $1)')],
      [
        WEB,
        `import { OFREPWebProvider } from '@openfeature/ofrep-web-provider'
        import { OpenFeature } from '@openfeature/web-sdk'
        const [baseUrl, token] = ['${server.url}', async () => process.env.STACKGATE_SECRET_KEY]
        await OpenFeature.setContext({ targetingKey: user.id })
        await OpenFeature.setProviderAndWait(${inBrowser!})
        console.log(OpenFeature.getClient().getBooleanValue('exports', false))
        process.exit()`,
      ],
    ] as const
    const printed = []
    for (const [dependencies, code] of programs) {
      const folder = newFolder('open-feature')
      writeFiles(folder, { 'package.json': { private: true, type: 'module', dependencies } })
      writeFileSync(join(folder, 'page.mjs'), `const user = { id: '42' }\n${code}`)
      await install(folder)
      printed.push(await run(folder, process.execPath, ['page.mjs'], { STACKGATE_SECRET_KEY: key }))
    }
    expect(printed.map((text) => text.trim())).toEqual([expect.stringMatching(/^true\n[1-9]\d*$/), 'true'])
  })

  it('for JavaScript agree with `check` after every change, and read changes by the stream', async () => {
    await using stackgate = await temporaryServer(catalog)
    const { server } = stackgate
    const token = await server.serviceKey(scopes)
    const web = await nodeEvaluator('web.mjs', WEB, [server.url, token])
    const evaluators = [await nodeEvaluator('server.mjs', SERVER, [server.url, token]), web]
    expect(await compare(server, token, evaluators)).toBeGreaterThan(CASES / 20)

    const question = { flag: 'exports', otherwise: false, key: 'reader' }
    const setPlan = async (plan: string) => {
      const [row] = await server.query<{ id: string }>('select id from account where external_id = $1', [question.key])
      await assignTestPlan(server, row!.id, plan)
    }
    expect(await web.ask({ ...question, watch: true })).toEqual([false, 'FEATURE_NOT_INCLUDED', null])
    await setPlan('scale')
    expect(await web.ask({ ...question, until: true })).toEqual([true, 'allowed', null])
    // A page that was closed before the change shows what it stored, unless it asks the network first.
    expect(await web.ask({ ...question, reload: true })).toEqual([true, 'allowed', null])
    await setPlan('free')
    expect(await web.ask({ ...question, until: false })).toEqual([false, 'FEATURE_NOT_INCLUDED', null])
    const fresh = await web.ask({ ...question, reload: true, options: { cacheMode: 'network-first' } })
    expect(fresh).toEqual([false, 'FEATURE_NOT_INCLUDED', null])
    for (const { end } of evaluators) end()
  })

  itUnless(withoutMaven())('for Java agrees with `check` after every change', async () => {
    await using stackgate = await temporaryServer(catalog)
    const { server } = stackgate
    const token = await server.serviceKey(scopes)
    const java = await javaEvaluator([server.url, token])
    expect(await compare(server, token, [java])).toBeGreaterThan(CASES / 20)
    java.end()
  })
})
