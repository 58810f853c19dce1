import { readFileSync } from 'node:fs'
import { newAccount } from '../support/entitlements.js'
import { packPackages } from '../support/packed-packages.js'
import {
  install,
  newFolder,
  newWebhookSecret,
  run,
  signedWebhook,
  temporaryServer,
  writeFiles,
} from '../support/package-apps.js'
import { itUnless } from '../support/skip.js'

/** The npm package has Deno as an optional dependency for these platforms. */
const noDeno = ['linux', 'darwin'].includes(process.platform)
  ? null
  : `needs Deno, which npm does not have for ${process.platform}`

/** A service: verifies a webhook, checks from memory over a WebSocket, and consumes. */
const SERVICE = `
import { createEntitlements } from '@stackgate/client/entitlements'
import { verifyWebhook } from '@stackgate/client/webhooks'

const env = (name: string): string => Deno.env.get(name)!
const event = verifyWebhook(env('BODY'), JSON.parse(env('HEADERS')), env('SECRET'))
const entitlements = createEntitlements({ url: env('STACKGATE_URL'), key: env('STACKGATE_SECRET_KEY') })
const accountId = env('ACCOUNT')
const watch = entitlements.watch(accountId, { features: ['attribution_runs'], maxAgeMs: 600_000 })
await watch.ready
const before = await watch.check('attribution_runs', 100)
const used = await entitlements.consume({ accountId, feature: 'attribution_runs', amount: 60, key: 'run-1' })
while (watch.entitlement('attribution_runs')!.used < 60) await new Promise((resolve) => setTimeout(resolve, 20))
const after = await watch.check('attribution_runs', 41)
console.log(JSON.stringify({
  event: event.type, before: before.allowed, used: used.ok, after: [after.allowed, after.decidedBy], deno: Deno.version.deno !== '',
}))
watch.close()
entitlements.close()
`

/** `npm run test:long -- deno`: the packed client in Deno, with its type checker. */
describe('The client in Deno', () => {
  itUnless(noDeno)('runs the first program of its README, and a service', async () => {
    const { client } = await packPackages()
    const folder = newFolder('deno')
    const [, first] = /```ts run\n([^]*?)```/.exec(readFileSync('packages/client/README.md', 'utf8'))!
    writeFiles(folder, {
      'package.json': {
        name: 'service',
        private: true,
        type: 'module',
        dependencies: { '@stackgate/client': `file:${client}` },
        devDependencies: { deno: '2.9.6' },
      },
      'first.ts': first!,
      'service.ts': SERVICE,
    })
    await install(folder)
    const deno = (program: string, env: Record<string, string>) =>
      run(
        folder,
        process.execPath,
        [
          'node_modules/deno/bin.cjs',
          'run',
          '--check',
          '--no-prompt',
          '--node-modules-dir=manual',
          '--allow-env',
          '--allow-net=127.0.0.1',
          program,
        ],
        { DENO_DIR: `${folder}/.deno`, DENO_NO_UPDATE_CHECK: '1', ...env },
      )

    await using plans = await temporaryServer()
    const shown = await deno('first.ts', {
      STACKGATE_URL: `${plans.server.url}/graphql`,
      STACKGATE_TOKEN: await plans.server.token('first@example.com'),
      ONCE: '1',
    })
    expect(shown).toMatch(/^plus Plus/m)
    expect(shown).toMatch(/^INVALID_PLAN/m)
    expect(shown).toMatch(/^checkout\./m)

    await using usage = await temporaryServer({ env: { CATALOG: 'attribution' } })
    const secret = newWebhookSecret()
    const { body, headers } = signedWebhook({ type: 'usage.warning', data: { accountId: null } }, secret)
    const output = await deno('service.ts', {
      STACKGATE_URL: usage.server.url,
      STACKGATE_SECRET_KEY: await usage.server.serviceKey(['entitlements:write']),
      ACCOUNT: await newAccount(usage.server),
      BODY: body,
      HEADERS: JSON.stringify(headers),
      SECRET: secret,
    })
    expect(JSON.parse(output.split('\n').find((line) => line.startsWith('{'))!)).toEqual({
      event: 'usage.warning',
      before: true,
      used: true,
      after: [false, 'memory'],
      deno: true,
    })
  })
})
