import { packPackages } from '../support/packed-packages.js'
import { freePort } from '../support/free-port.js'
import { install, newFolder, run, runOf, temporaryServer, writeFiles } from '../support/package-apps.js'
import { SANDBOX_TOKEN } from '../support/test-server.js'

const PROGRAM = `
import { OpenFeature, ProviderEvents } from '@openfeature/server-sdk'
import { Stackgate } from '@stackgate/client/server'
import { StackgateProvider } from '@stackgate/client/server/openfeature'
import { gate, type GateError } from '@stackgate/client/server/trpc'
import { initTRPC, TRPCError } from '@trpc/server'

interface Context {
  readonly user: string | null
}

const stackgate = new Stackgate()
await OpenFeature.setProviderAndWait(new StackgateProvider(stackgate))
const flags = OpenFeature.getClient()
const ann = { targetingKey: 'entries-1' }
const details = await flags.getNumberDetails('attribution_runs', -1, ann)
const flag = {
  boolean: await flags.getBooleanValue('exports', true, ann),
  number: details.value === (await stackgate.check({ customer: 'entries-1', feature: 'attribution_runs' })).entitlement?.remaining,
  reason: details.reason,
  text: (await flags.getStringDetails('exports', 'none', ann)).errorCode,
  object: await flags.getObjectValue<{ feature?: string }>('exports', {}, ann).then(({ feature }) => feature),
  unknown: (await flags.getBooleanDetails('nothing', true, ann)).errorCode,
  anonymous: (await flags.getBooleanDetails('exports', true)).errorCode,
}

const mismatch = await Promise.all(
  ['exports', 'attribution_runs'].map(async (feature) => (await flags.getNumberDetails(feature, -1, ann)).errorCode ?? null),
)
const statusOf = async (domain: string, settings: object): Promise<unknown[]> => {
  const own = new Stackgate(settings)
  const failed = await OpenFeature.setProviderAndWait(domain, new StackgateProvider(own)).then(() => 'ready', ({ code }) => code)
  const client = OpenFeature.getClient(domain)
  const { value, errorCode } = await client.getBooleanDetails('attribution_runs', true, ann)
  own.close()
  return [failed, client.providerStatus, value, errorCode]
}
const down = await statusOf('down', { url: process.env.UNUSED_URL })
const rejected = await statusOf('rejected', { secretKey: 'sg_test_00000000_wrong' })
const changed = new Promise<unknown>((resolve) =>
  flags.addHandler(ProviderEvents.ConfigurationChanged, (details) => resolve(details?.flagsChanged?.includes('exports'))),
)
await flags.getBooleanValue('exports', true, { targetingKey: 'entries-2' })
const sale = await stackgate.checkout({ customer: 'entries-2', plan: 'scale', provider: 'STRIPE', email: 'a@example.com' })
if (!sale.ok) throw new Error(sale.denial.message)
await fetch(\`\${process.env.SANDBOX}/_sandbox/api/checkouts/\${sale.value.providerReference}/pay\`, {
  method: 'POST',
  headers: { authorization: \`Bearer \${process.env.SANDBOX_TOKEN}\`, 'content-type': 'application/json' },
  body: '{}',
})
const specified = { mismatch, down, rejected, changed: await changed }

const t = initTRPC.context<Context>().create()
const requires = gate({ stackgate, identify: ({ user }: Context) => (user === null ? null : { customer: user }) })
const router = t.router({
  exports: t.procedure.use(requires('exports')).query(({ ctx }) => \`written for \${ctx.user}\`),
  runs: t.procedure.use(requires('attribution_runs')).query(({ ctx }) => \`run of \${ctx.user}\`),
})
const call = t.createCallerFactory(router)
const outcome = async (work: Promise<string>): Promise<unknown> =>
  work.catch((error: unknown) => {
    if (!(error instanceof Error) || error.name !== 'TRPCError') throw error
    const { code, cause } = error as TRPCError
    return [code, (cause as GateError['cause']).body.code, (cause as GateError['cause']).body.remedies.length > 0]
  })
console.log(JSON.stringify({
  flag,
  specified,
  denied: await outcome(call({ user: 'entries-1' }).exports()),
  passed: await outcome(call({ user: 'entries-1' }).runs()),
  anonymous: await outcome(call({ user: null }).runs()),
}))
stackgate.close()
`

/** `npm run test:long -- server-entries`: entries of the server with the packages for which they are made. */
describe('Entries of @stackgate/client/server', () => {
  it('are a provider of OpenFeature, and middleware of tRPC', async () => {
    const { client } = await packPackages()
    const folder = newFolder('server-entries')
    writeFiles(folder, {
      'package.json': {
        name: 'app',
        private: true,
        type: 'module',
        dependencies: {
          '@openfeature/core': '1.12.0',
          '@openfeature/server-sdk': '1.23.0',
          '@stackgate/client': `file:${client}`,
          '@trpc/server': '11.25.2',
        },
        devDependencies: { '@types/node': '24.19.2', typescript: '5.9.3' },
      },
      'tsconfig.json': {
        compilerOptions: {
          target: 'es2024',
          module: 'nodenext',
          strict: true,
          skipLibCheck: true,
          noEmit: true,
          types: ['node'],
        },
        include: ['*.ts'],
      },
      'program.ts': PROGRAM,
    })
    await install(folder)
    expect(await runOf(folder, 'typescript/bin/tsc', '-p', '.')).toBe('')
    await using stackgate = await temporaryServer({ env: { CATALOG: 'attribution' } })
    const output = await run(folder, process.execPath, ['program.ts'], {
      UNUSED_URL: `http://127.0.0.1:${await freePort()}`,
      SANDBOX: stackgate.server.sandbox.url,
      SANDBOX_TOKEN,
      STACKGATE_URL: stackgate.server.url,
      STACKGATE_SECRET_KEY: await stackgate.server.serviceKey([
        'entitlements:write',
        'billing:write',
        'accounts:write',
      ]),
    })
    expect(JSON.parse(output)).toEqual({
      flag: {
        boolean: false,
        number: true,
        reason: 'TARGETING_MATCH',
        text: 'TYPE_MISMATCH',
        object: 'exports',
        unknown: 'FLAG_NOT_FOUND',
        anonymous: 'TARGETING_KEY_MISSING',
      },
      specified: {
        mismatch: ['TYPE_MISMATCH', null],
        down: ['GENERAL', 'ERROR', true, 'GENERAL'],
        rejected: ['PROVIDER_FATAL', 'FATAL', true, 'PROVIDER_FATAL'],
        changed: true,
      },
      denied: ['PAYMENT_REQUIRED', 'FEATURE_NOT_INCLUDED', true],
      passed: 'run of entries-1',
      anonymous: ['UNAUTHORIZED', 'UNAUTHENTICATED', false],
    })
  })
})
