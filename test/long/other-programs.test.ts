import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSandbox, type Sandbox } from '@stackgate/sandbox/sandbox.js'
import { CERTIFICATES_DIR } from '#test/support/paypal.js'
import { expectNoViolations } from '#test/support/schema-violations.js'
import { makeEmptyDatabase } from '../support/empty-database.js'
import { installTools, runTool } from '../support/install-tools.js'
import { describeUnless } from '../support/skip.js'

const python = spawnSync('python3', ['-c', 'import sys, venv, ensurepip; print(sys.version_info >= (3, 10))'], {
  encoding: 'utf8',
})
const withoutPython =
  python.status === 0 && python.stdout.trim() === 'True' ? null : 'this machine has no Python 3.10 with venv'

const TOKEN = 'test-token'
const FOLDER = 'test/long/other-programs'

const OURS = '2026-10-28.endive'
const MINUTES_10 = 600_000

/** `npm run test:long -- other-programs`: programs of other people, from their registries, use the payment sandbox in their API version. */
describe('payment sandbox', () => {
  let sandbox: Sandbox
  beforeAll(async () => {
    sandbox = await startSandbox({
      port: 0,
      dataDir: null,
      token: TOKEN,
      checked: true,
      certificatesDir: CERTIFICATES_DIR,
    })
  })
  afterAll(async () => {
    await sandbox.close()
    expectNoViolations(sandbox)
  })

  const must = async (command: string, ...args: string[]) => {
    const { code, output } = await runTool(command, args, { cwd: process.cwd() })
    expect([code, code === 0 ? '' : output]).toEqual([0, ''])
    return output
  }

  describeUnless(withoutPython)('for programs in Python', () => {
    let folder: string
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'stackgate-programs-'))
    })
    afterAll(() => rmSync(folder, { recursive: true, force: true }))

    it.each([
      ['stripe-python', 'stripe_python.py', '2026-09-30.endive'],
      ['dj-stripe', 'dj_stripe.py', '2026-08-26.dahlia'],
      ['django-payments', 'django_payments.py', '2025-08-27.basil'],
    ])(
      'serves %s',
      async (name, program, version) => {
        const environment = join(folder, name)
        await must('python3', '-m', 'venv', environment)
        const run = (...args: string[]) => must(join(environment, 'bin/python'), ...args)
        await run('-m', 'pip', 'install', '--quiet', '-r', join(FOLDER, `${name}.txt`))
        const output = await run(join(FOLDER, program), sandbox.url, TOKEN)
        expect(output).toContain(`done ${version}`)
        expect(output).not.toMatch(/failed|of this sandbox/)
      },
      MINUTES_10,
    )
  })

  describe('for programs in JavaScript', () => {
    let tools: string
    beforeAll(async () => {
      tools = await installTools(join(FOLDER, 'node'))
    }, MINUTES_10)

    it.each([
      ['in the version of its SDK', '2026-08-26.dahlia', []],
      ['in the version of this server', OURS, [OURS]],
    ])(
      'serves the plug-in of better-auth %s',
      async (_, version, chosen) => {
        const output = await must(process.execPath, join(tools, 'better-auth.mjs'), sandbox.url, TOKEN, ...chosen)
        expect(output).toContain(`done ${version}`)
      },
      MINUTES_10,
    )

    it.each([
      ['in the version of its SDK', '2026-08-26.dahlia', []],
      ['in the version of this server', OURS, [OURS]],
    ])(
      'serves the sync engine %s',
      async (_, version, chosen) => {
        const database = await makeEmptyDatabase()
        try {
          const program = join(tools, 'sync-engine.mjs')
          const output = await must(process.execPath, program, sandbox.url, TOKEN, database.url, ...chosen)
          expect(output).toContain(`done ${version}`)
        } finally {
          await database.drop()
        }
      },
      MINUTES_10,
    )
  })
})
