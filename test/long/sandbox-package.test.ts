import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { stripVTControlCharacters } from 'node:util'
import { Stripe } from 'stripe'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { installTools, runTool } from '#test/support/install-tools.js'
import { install, newFolder, run, runOf, writeFiles } from '#test/support/package-apps.js'
import { must } from '#test/support/packed-packages.js'
import { blocksOf } from '#test/support/sample-blocks.js'

const README = 'packages/sandbox/README.md'
const { version } = JSON.parse(readFileSync('packages/sandbox/package.json', 'utf8')) as { version: string }

/** `npm run test:long -- sandbox-package`: the payment sandbox from its packed file, in test suites of other projects. */
describe('stackgate-sandbox from the packed file', () => {
  let archive: string
  let packed: string

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stackgate-sandbox-'))
    packed = await must(process.execPath, ['packages/pack.mjs', '--out', folder, 'sandbox'], process.cwd())
    archive = join(folder, `stackgate-sandbox-${version}.tgz`)
  })

  it('is built without the server, which takes four times as long', () => {
    expect(packed).toContain('pack: building the sandbox')
    expect(packed).not.toContain('pack: Building')
  })

  /** Runs the commands of an example's page in a folder that has only the example and the packed file. Returns the folder and the output. */
  const runPage = async (name: string): Promise<{ folder: string; output: string }> => {
    const checkout = newFolder('checkout')
    const folder = join(checkout, 'examples', name)
    cpSync(join('examples', name), folder, { recursive: true, filter: (path) => !path.includes('node_modules') })
    cpSync(archive, join(checkout, 'dist/packages', basename(archive)))
    const [block] = blocksOf(join('examples', name, 'README.md'))
    return { folder, output: await run(folder, 'bash', ['-ec', block!.code]) }
  }

  it('runs in a suite of Jest with CommonJS, by the commands of its page', async () => {
    expect((await runPage('sandbox-jest')).output).toMatch(/Tests: +2 passed, 2 total/)
  })

  it('runs in a suite of Vitest with TypeScript, by the commands of its page', async () => {
    const { folder, output } = await runPage('sandbox-vitest')
    expect(stripVTControlCharacters(output)).toMatch(/Tests +2 passed \(2\)/)
    expect(await runOf(folder, 'typescript/bin/tsc', '-p', '.')).toBe('')
  })

  it('starts by npx, and its README is right', async () => {
    const folder = newFolder('sandbox with spaces')
    writeFiles(folder, { 'package.json': { name: 'shop', private: true, type: 'module' } })
    await run(folder, 'npm', ['install', '--no-audit', '--no-fund', archive, 'stripe@23.1.0'])

    const help = await run(folder, 'npx', ['--no', 'stackgate-sandbox', '--help'])
    const readme = readFileSync(README, 'utf8')
    for (const [option] of help.matchAll(/--(?!help)[a-z-]+/g)) expect(readme).toContain(option)
    const [, example] = /```js run\n([^]*?)```/.exec(readme)!
    writeFiles(folder, { 'example.js': example! })
    expect(await run(folder, process.execPath, ['example.js'])).toBe('active\npast_due\n')

    const child = spawn('npx', ['--no', 'stackgate-sandbox', '--memory', '--port', '0', '--json'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    })
    const ended = new Promise((resolve) => child.once('close', resolve))
    try {
      const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
      const access = JSON.parse((await lines.next()).value as string) as Access
      const stripe = new Stripe(access.stripe.apiKey, access.stripe.options)
      expect((await stripe.customers.create({ email: 'ada@example.com' })).id).toMatch(/^cus_/)
      const token = await fetch(`${access.payPal.apiUrl}/v1/oauth2/token`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${Buffer.from(`${access.payPal.clientId}:${access.payPal.clientSecret}`).toString('base64')}`,
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: 'grant_type=client_credentials',
      })
      expect(token.status).toBe(200)
    } finally {
      process.kill(-child.pid!, 'SIGTERM')
      await ended
    }
  })

  it('has declarations that every compiler finds, and contains nothing of development', async () => {
    const folder = newFolder('sandbox-package')
    writeFiles(folder, {
      'package.json': { name: 'shop', private: true, dependencies: { '@stackgate/sandbox': archive } },
    })
    await install(folder)
    const pkgDir = join(folder, 'node_modules/@stackgate/sandbox')
    const { messages, pkg } = await publint({ pkgDir, strict: true })
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([])
    expect((await run(folder, 'npm', ['ls', '--all', '--parseable'])).match(/\/(?:stripe|typescript)$/gm)).toBeNull()
    const attw = join(await installTools('test/long/package-tools'), 'node_modules/@arethetypeswrong/cli/dist/index.js')
    const { code, output } = await runTool(process.execPath, [attw, archive, '--profile', 'esm-only'], { cwd: folder })
    expect([code, code === 0 ? '' : output]).toEqual([0, ''])
    const files = await run(folder, 'tar', ['tzf', archive])
    expect(files.match(/conformance|generate|\.map$|[^d]\.ts$/gm)).toBeNull()
  })
})

interface Access {
  readonly stripe: { readonly apiKey: string; readonly options: { host: string; port: number; protocol: 'http' } }
  readonly payPal: { readonly apiUrl: string; readonly clientId: string; readonly clientSecret: string }
}
