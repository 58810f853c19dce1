import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSandbox, type Sandbox } from '@stackgate/sandbox/sandbox.js'
import { CERTIFICATES_DIR } from '#test/support/paypal.js'
import { expectNoViolations } from '#test/support/schema-violations.js'
import { runTool } from '../support/install-tools.js'
import { describeUnless } from '../support/skip.js'

const python = spawnSync('python3', ['-c', 'import sys, venv, ensurepip; print(sys.version_info >= (3, 10))'], {
  encoding: 'utf8',
})
const withoutPython =
  python.status === 0 && python.stdout.trim() === 'True' ? null : 'this machine has no Python 3.10 with venv'

const FOLDER = 'test/long/other-programs'

/** `npm run test:long -- other-programs`: programs of other people, from their registries, use the payment sandbox in their API version. */
describeUnless(withoutPython)('payment sandbox', () => {
  let sandbox: Sandbox
  let folder: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stackgate-programs-'))
    sandbox = await startSandbox({
      port: 0,
      dataDir: null,
      token: 'test-token',
      checked: true,
      certificatesDir: CERTIFICATES_DIR,
    })
  })
  afterAll(async () => {
    await sandbox.close()
    rmSync(folder, { recursive: true, force: true })
    expectNoViolations(sandbox)
  })

  const must = async (command: string, ...args: string[]) => {
    const { code, output } = await runTool(command, args, { cwd: process.cwd() })
    expect([code, code === 0 ? '' : output]).toEqual([0, ''])
    return output
  }

  it.each([
    ['stripe-python', 'stripe_python.py', '2026-09-30.endive'],
    ['dj-stripe', 'dj_stripe.py', '2026-08-26.dahlia'],
  ])(
    'serves %s',
    async (name, program, version) => {
      const environment = join(folder, name)
      await must('python3', '-m', 'venv', environment)
      const run = (...args: string[]) => must(join(environment, 'bin/python'), ...args)
      await run('-m', 'pip', 'install', '--quiet', '-r', join(FOLDER, `${name}.txt`))
      const output = await run(join(FOLDER, program), sandbox.url)
      expect(output).toContain(`done ${version}`)
      expect(output).not.toMatch(/failed|of this sandbox/)
    },
    600_000,
  )
})
