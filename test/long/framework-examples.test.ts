import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { noBrowser, openBrowser } from '../support/browser.js'
import { freePort } from '../support/free-port.js'
import { packPackages, type Published } from '../support/packed-packages.js'
import {
  environment,
  installExample,
  newFolder,
  newWebhookSecret,
  run,
  signedWebhook,
  startApp,
  temporaryServer,
} from '../support/package-apps.js'
import { readBlocks } from '../support/sample-blocks.js'
import { describeUnless, itUnless } from '../support/skip.js'
import { eventually } from '../support/test-server.js'

const missing = ['bash', 'curl', 'jq'].filter((tool) => spawnSync('which', [tool]).status !== 0)
const noTools = missing.length > 0 ? `this machine has no ${missing.join(', ')}` : null

/** `npm run test:long -- framework-examples`: the applications of `examples` with the packed packages. */
describe('Examples of frameworks', () => {
  let archives: Record<Published, string>
  beforeAll(async () => {
    archives = await packPackages()
  })

  /** A signed request is accepted, and an altered one is not. */
  const expectsSignatures = async (url: string, secret: string) => {
    const send = async (body: string, headers: Record<string, string>) =>
      (await fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } })).status
    const { body, headers } = signedWebhook({ type: 'usage.warning', data: { accountId: null } }, secret)
    expect(await send(body, headers)).toBe(204)
    expect(await send(`${body} `, headers)).toBe(400)
    expect(await send(body, {})).toBe(400)
  }

  describeUnless(noTools)('by the commands of their pages', () => {
    const children: ChildProcess[] = []
    let checkout: string
    beforeEach(() => {
      checkout = newFolder('checkout')
      for (const path of ['package.json', 'package-lock.json', 'src', 'catalogs', 'node_modules'])
        symlinkSync(join(process.cwd(), path), join(checkout, path))
      mkdirSync(join(checkout, 'dist/packages'), { recursive: true })
      // The result of `npm run pack`.
      for (const archive of Object.values(archives)) cpSync(archive, join(checkout, 'dist/packages', basename(archive)))
    })
    afterEach(async () => {
      for (const child of children.splice(0).toReversed()) {
        const ended = new Promise((resolve) => child.once('close', resolve))
        if (child.exitCode === null) {
          process.kill(-child.pid!, 'SIGTERM')
          await ended
        }
      }
      rmSync(checkout, { recursive: true, force: true })
    })

    /** Starts a program in a process group of its own, and waits for its output or its address. */
    const start = async (command: string, args: string[], env: Record<string, string>, until: RegExp | string) => {
      const child = spawn(command, args, {
        cwd: checkout,
        env: environment(env),
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      })
      children.push(child)
      let output = ''
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
      const isUp = () =>
        typeof until === 'string'
          ? fetch(until).then(
              () => true,
              () => false,
            )
          : until.test(output)
      await eventually(
        async () => [await isUp(), child.exitCode],
        ([done, code]) => done === true || code !== null,
        300_000,
      )
      expect([child.exitCode, child.exitCode === null ? '' : output]).toEqual([null, ''])
    }

    it.each([
      ['express', /^\{"remaining":\d+\}$/],
      ['fastify', /^\{"remaining":\d+\}$/],
      ['next', /<h2>Plus<\/h2>/],
    ])('%s starts from an empty folder', async (name, answer) => {
      cpSync(join('examples', name), join(checkout, 'examples', name), {
        recursive: true,
        filter: (path) => !/node_modules|\.next$/.test(path),
      })
      const blocks = readBlocks(name, readFileSync(join('examples', name, 'README.md'), 'utf8'))
      const [server, application, request] = blocks.map(({ code }) => code) as [string, string, string | undefined]
      const port = {
        server: String(await freePort()),
        sandbox: String(await freePort()),
        app: String(await freePort()),
      }
      const onOurPorts = (code: string) =>
        code
          .replaceAll('127.0.0.1:4000', `127.0.0.1:${port.server}`)
          .replaceAll('127.0.0.1:3000', `127.0.0.1:${port.app}`)

      const [, settings] = /^((?:\w+=\S+ )*)npm start\n$/.exec(onOurPorts(server))!
      const variables = Object.fromEntries(
        settings!
          .trim()
          .split(' ')
          .map((setting) => setting.split('=')),
      )
      const main = [join(process.cwd(), 'dist/src/main.js')]
      const ports = { PORT: port.server, SANDBOX_PORT: port.sandbox }
      await start(process.execPath, main, { ...variables, ...ports }, /Stackgate is ready/)
      const commands = onOurPorts(application)
        .replace(/^npm run pack .*\n/m, '')
        .replace(/^npm start/m, `PORT=${port.app} npm start`)
      writeFileSync(join(checkout, 'start.sh'), commands)
      const url = `http://127.0.0.1:${port.app}/`
      await start('bash', ['-e', 'start.sh'], { STACKGATE_URL: `http://127.0.0.1:${port.server}` }, url)
      const { stdout } = await promisify(execFile)('bash', ['-ec', onOurPorts(request ?? `curl -s ${url}`)])
      expect(stdout).toMatch(answer)
    })
  })

  itUnless(noBrowser)(
    'Next.js renders prices on the server, follows the account in the browser, and receives verified webhooks',
    async () => {
      const folder = await installExample('next', [archives.client, archives.react])
      await run(folder, process.execPath, ['node_modules/next/dist/bin/next', 'build'], {
        NEXT_TELEMETRY_DISABLED: '1',
      })
      const port = await freePort()
      await using stackgate = await temporaryServer({ env: { CORS_ORIGINS: `http://127.0.0.1:${port}` } })
      const secret = newWebhookSecret()
      const next = ['node_modules/next/dist/bin/next', 'start', '-H', '127.0.0.1']
      await using app = await startApp(folder, next, port, {
        STACKGATE_URL: stackgate.server.url,
        STACKGATE_WEBHOOK_SECRET: secret,
        NEXT_TELEMETRY_DISABLED: '1',
      })
      const html = await (await fetch(app.url)).text()
      expect(html).toMatch(/<h2>Plus<\/h2>/)
      expect(html).toMatch(/\$20\.00/)
      await expectsSignatures(`${app.url}/webhooks/stackgate`, secret)

      const browser = await openBrowser()
      try {
        const context = await browser.newContext()
        const token = await stackgate.server.token('next@example.com')
        await context.addCookies([{ name: 'stackgate_token', value: token, url: app.url }])
        const page = await context.newPage()
        const complaints: string[] = []
        page.on('pageerror', ({ message }) => void complaints.push(message))
        await page.goto(`${app.url}/account`)
        await page.getByText('Your plan: Free').waitFor()
        await page.getByText('Plus: subscribe').waitFor()
        expect(complaints).toEqual([])
      } finally {
        await browser.close()
      }
    },
  )
})
