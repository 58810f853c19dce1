import { execFile } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { examplesOf, moduleOf, PAGES } from '#test/support/documented-examples.js'
import { newWebhookSecret, signedWebhook } from '#test/support/package-apps.js'
import { must, manifestOf, packageFolder, PUBLISHED } from '#test/support/packed-packages.js'
import { startTestServer } from '#test/support/test-server.js'

const root = process.cwd()

describe('published packages', () => {
  beforeAll(() => must('npm', ['run', '--silent', 'build:packages'], root))

  it('have one version and depend on each other in exactly that version', () => {
    const manifests = PUBLISHED.map(manifestOf)
    const [{ version }] = manifests as [(typeof manifests)[0]]
    expect(manifests.map((manifest) => manifest.version)).toEqual(PUBLISHED.map(() => version))
    const theirs = manifests.flatMap(({ dependencies = {} }) =>
      Object.entries(dependencies).filter(([name]) => name.startsWith('@stackgate/')),
    )
    expect(theirs.filter(([, wanted]) => wanted !== version)).toEqual([])
    expect(readFileSync('CHANGELOG.md', 'utf8')).toContain('@stackgate/client')
  })

  it.each(PUBLISHED)('%s passes publint without a remark', async (name) => {
    const folder = packageFolder(name)
    const { messages, pkg } = await publint({ pkgDir: folder, strict: true })
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([])
  })

  it('name no types of Node, so that they compile without them', () => {
    const files = PUBLISHED.flatMap((name) =>
      Object.values(manifestOf(name).exports).flatMap((entry) =>
        typeof entry === 'object' ? [join(packageFolder(name), entry.types)] : [],
      ),
    )
    // Files are added while the loop runs: those that the entries lead to.
    for (const file of files)
      for (const [, path] of readFileSync(file, 'utf8').matchAll(/from '(\.[^']+)'/g)) {
        const found = join(file, '..', path!.replace(/\.js$/, '.d.ts'))
        if (!files.includes(found)) files.push(found)
      }
    const named = files.filter((file) => /\bBuffer\b|\bNodeJS\b|'node:|types="node"/.test(readFileSync(file, 'utf8')))
    expect([files.length > 50, named]).toEqual([true, []])
  })

  it.each(PUBLISHED)('%s runs nothing when it is installed, and is published with its provenance', (name) => {
    const { scripts = {}, publishConfig } = manifestOf(name)
    expect(Object.keys(scripts).filter((script) => /^(pre|post)?(install|prepare)$/.test(script))).toEqual([])
    expect(publishConfig).toEqual({ access: 'public', provenance: true })
  })

  it.each(PUBLISHED)('%s contains its README, its license and all files that it names', async (name) => {
    const folder = packageFolder(name)
    const output = await must('npm', ['pack', '--json', '--dry-run', '--loglevel=error', '--ignore-scripts'], folder)
    const [{ files }] = JSON.parse(output.slice(output.indexOf('['))) as [{ files: readonly { path: string }[] }]
    const paths = files.map(({ path }) => path)
    const named = Object.values(manifestOf(name).exports)
      .flatMap((target) => (typeof target === 'string' ? [target] : Object.values(target)))
      .map((path) => path.replace('./', ''))
    expect(['README.md', 'LICENSE', ...named].filter((path) => !paths.includes(path))).toEqual([])
    expect(paths.filter((path) => /(^|\/)(test|scripts|node_modules)\//.test(path))).toEqual([])
  })

  it.each(PUBLISHED)('%s refers to no source outside of it', (name) => {
    const folder = packageFolder(name)
    const built = globSync('dist/**/*.{js,d.ts}', { cwd: folder })
    const outside = built.filter((path) =>
      /['"](?:\.\.\/){4,}|@stackgate\/source/.test(readFileSync(join(folder, path), 'utf8')),
    )
    expect(built.length).toBeGreaterThan(0)
    expect(outside).toEqual([])
    expect(existsSync(join(folder, 'dist'))).toBe(true)
  })

  it('run the examples of docs/client-services.md against a server', async () => {
    const server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    const priced = await startTestServer({ env: { CATALOG: 'ai-platform' } })
    // Within the repository, so that the packages are found.
    const folder = mkdtempSync('node_modules/.services-')
    const usageFolder = join(process.cwd(), folder, 'usage')
    try {
      for (const each of [server, priced])
        await each.graphql('{ account { id } }', {}, await each.token('ann@example.com'))
      const path = 'docs/client-services.md'
      const examples = examplesOf(readFileSync(path, 'utf8')).map((example) =>
        moduleOf(PAGES[path]!, {}, example)
          .replaceAll('https://billing.example.com', server.url)
          .replaceAll('/var/lib/my-service/usage', usageFolder),
      )
      for (const [index, example] of examples.entries())
        writeFileSync(join(folder, `example-${index}.mjs`), stripTypeScriptTypes(example))
      const secret = newWebhookSecret()
      const data = { accountId: null, feature: 'ai_stories', threshold: 80 }
      const signed = signedWebhook({ type: 'usage.warning', data }, secret)
      writeFileSync(join(folder, 'run.mjs'), runnerOf(examples.length, signed))
      const script = join(folder, 'run.mjs')
      const environment = {
        STACKGATE_URL: server.url,
        STACKGATE_SECRET_KEY: await server.serviceKey(['entitlements:write', 'billing:write', 'accounts:write']),
        PRICED_URL: priced.url,
        PRICED_KEY: await priced.serviceKey(['entitlements:write']),
        PRICED: String(examples.findIndex((example) => example.includes('ai_credits'))),
        STACKGATE_WEBHOOK_SECRET: secret,
        FOLDER: usageFolder,
      }
      const output = await promisify(execFile)(process.execPath, [script], { env: environment })
      expect(output.stdout.trim().split('\n')).toEqual([
        'wrote 1',
        'answered {"price":6}',
        'notified ai_stories 80',
        'used 3',
        'ran 9',
      ])
    } finally {
      rmSync(folder, { recursive: true })
      await server.close()
      await priced.close()
    }
  })
})

/** A program that runs the examples one after the other, with the names that belong to the application of the reader. */
const runnerOf = (count: number, { body, headers }: { readonly body: string; readonly headers: object }): string => `
import { createEntitlements } from '@stackgate/client/entitlements'
import { Stackgate } from '@stackgate/client/server'
import { createUsageOutbox } from '@stackgate/client/usage-outbox'
const entitlements = createEntitlements({ url: process.env.STACKGATE_URL, key: process.env.STACKGATE_SECRET_KEY })
const priced = createEntitlements({ url: process.env.PRICED_URL, key: process.env.PRICED_KEY })
Object.assign(globalThis, {
  entitlements,
  jobId: 'job-1',
  rawBody: new TextEncoder().encode(${JSON.stringify(body)}),
  request: { headers: ${JSON.stringify(headers)} },
  write: async ({ amount }) => console.log('wrote', amount),
  show: (message) => console.log('denied', message),
  queueAgain: (id) => console.log('unknown', id),
  notify: (feature, threshold) => console.log('notified', feature, threshold),
  callModel: async () => ({ text: 'yes', inputTokens: 1200, outputTokens: 317 }),
  log: {
    info: (fields, message) => console.log(message, JSON.stringify(fields)),
    warn: (fields, message) => console.log('rejected', message),
  },
})
globalThis.stackgate = new Stackgate({ secretKey: process.env.STACKGATE_SECRET_KEY, url: process.env.STACKGATE_URL })
globalThis.user = { id: '42', email: 'ann@example.com' }
globalThis.redirect = () => undefined
globalThis.sessionOf = () => ({ customer: '42' })
globalThis.app = { get: () => undefined }
globalThis.writeStory = () => undefined
for (let index = 0; index < ${count}; index++) {
  globalThis.jobId = 'job-' + index
  globalThis.entitlements = index === Number(process.env.PRICED) ? priced : entitlements
  await import('./example-' + index + '.mjs')
}
// What the example left on disk is delivered by the next process.
const usage = await createUsageOutbox({ folder: process.env.FOLDER, url: process.env.STACKGATE_URL, key: process.env.STACKGATE_SECRET_KEY })
await usage.flush()
const { entitlement } = await entitlements.check({ accountId: 'person:ann@example.com', feature: 'ai_stories' })
console.log('used', entitlement.used)
console.log('ran', ${count})
process.exit(0)
`
