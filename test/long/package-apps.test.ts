import { readFileSync } from 'node:fs'
import { newAccount } from '../support/entitlements.js'
import { noBrowser, openBrowser } from '../support/browser.js'
import { freePort } from '../support/free-port.js'
import { packPackages, type Published } from '../support/packed-packages.js'
import {
  install,
  newFolder,
  newWebhookSecret,
  run,
  runOf,
  signedWebhook,
  startApp,
  temporaryServer,
  writeFiles,
} from '../support/package-apps.js'
import { itUnless } from '../support/skip.js'

/** Versions of an application of today. Everything else comes from the archives. */
const TYPESCRIPT = '5.9.3'
/** Supported versions: the last of each major, and the oldest. */
const REACT = ['18.2.0', '18.3.1', '19.3.1']
const STRICT = {
  target: 'es2024',
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  noEmit: true,
  allowImportingTsExtensions: true,
}

/** A service: verifies a webhook, checks an entitlement, and records usage. */
const SERVICE = `
import { createEntitlements } from '@stackgate/client/entitlements'
import { verifyWebhook } from '@stackgate/client/webhooks'

const { STACKGATE_URL, STACKGATE_SECRET_KEY, ACCOUNT, BODY, HEADERS, SECRET } = process.env as Record<string, string>
const entitlements = createEntitlements({ url: STACKGATE_URL!, key: STACKGATE_SECRET_KEY! })
const accountId = ACCOUNT!
const event = verifyWebhook(BODY!, JSON.parse(HEADERS!) as Record<string, string>, SECRET!)
const before = await entitlements.check({ accountId, feature: 'attribution_runs', amount: 40 })
const usage = { accountId, feature: 'attribution_runs', amount: 60, key: 'run-1' }
const first = await entitlements.recordUsage([usage])
const second = await entitlements.recordUsage([usage])
const after = await entitlements.check({ accountId, feature: 'attribution_runs', amount: 41 })
let forged = 'accepted'
try {
  verifyWebhook(BODY! + ' ', JSON.parse(HEADERS!) as Record<string, string>, SECRET!)
} catch (error) {
  forged = (error as Error).name
}
console.log(JSON.stringify({
  event: event.isKnown ? event.type : null,
  forged,
  before: before.allowed,
  accepted: [first, second].map((each) => each.ok && [each.accepted, each.duplicates]),
  after: after.denial?.code,
}))
entitlements.close()
`

/** Compiled only: options and variables can be undefined, also where the compiler distinguishes that from a missing one. */
const UNDEFINED_CLIENT = `
import { createStackgate } from '@stackgate/client'
import { Plans, StartSubscription } from '@stackgate/client/documents'
import { createEntitlements } from '@stackgate/client/entitlements'
import { createUsageOutbox } from '@stackgate/client/usage-outbox'

declare const text: string | undefined
declare const count: number | undefined
export const stackgate = createStackgate({ url: 'http://localhost/graphql', token: text, account: text, retry: undefined })
export const plans = stackgate.request(Plans, { currency: text }, { timeoutMs: count, account: text })
export const started = stackgate.request(StartSubscription, {
  input: { plan: 'plus', quantity: count, currency: text },
  key: text,
})
const entitlements = createEntitlements({ url: 'http://localhost', key: 'k', timeoutMs: count })
export const consumed = entitlements.consume({ accountId: 'a', feature: 'f', amount: count, key: text })
export const reserved = entitlements.reserve({ accountId: 'a', feature: 'f', amount: count, key: text })
export const watch = entitlements.watch('a', { maxAgeMs: count, features: undefined })
export const outbox = createUsageOutbox({ folder: 'f', url: 'http://localhost', key: 'k', maxBytes: count })
export const recorded = outbox.then((usage) => usage.record({ accountId: 'a', feature: 'f', amount: count, key: text }))
const work = { quantities: { tokens: 1 }, dimensions: undefined }
export const usage = entitlements.recordUsage([
  { accountId: 'a', feature: 'f', amount: 1, work: undefined, key: text },
  { accountId: 'a', feature: 'f', work, amount: undefined, at: undefined },
])
`

const UNDEFINED_REACT = `
import { createBillingHost } from '@stackgate/iframe/host'
import { createBillingPlugin } from '@stackgate/iframe/plugin'
import {
  BillingBanner, PaywallDialog, PricingTable, StackgateProvider, UpgradeModal, UsageMeter, useCheckout, useCheckoutReturn, useCreateCheckoutSession, useGate, useInvoices,
  usePlans, useUsage, type BillingInterval,
} from '@stackgate/react'
import { MemberList, Seats, UsageChart } from '@stackgate/react/account'
import { useLogs } from '@stackgate/react/logs'

declare const text: string | undefined
declare const count: number | undefined
declare const interval: BillingInterval | undefined
declare const frame: HTMLIFrameElement

export function Everything(props: { client: Parameters<typeof StackgateProvider>[0]['client'] }) {
  const checkout = useCheckout({ accountId: text, onRedirect: undefined })
  useCreateCheckoutSession({ plan: text, interval, quantity: count, communityId: text })
  useInvoices({ accountId: text, first: count })
  usePlans({ accountId: text, currency: text, interval })
  useUsage({ groupBy: undefined, from: text, to: text })
  useLogs('hash', 'app', { container: text, limit: count })
  useCheckoutReturn({ accountId: text, returned: { status: 'success', sessionId: text } })
  useGate(async (_: string) => null, { name: text, accountId: text })
  return (
    <StackgateProvider
      client={props.client} accountId={text} locale={text} currency={text} labels={undefined}
      returnUrls={{ successUrl: text, cancelUrl: text }} redirect={undefined} components={undefined}
    >
      <button onClick={() => checkout.mutate({ plan: text, interval, quantity: count, currency: text })} />
      <PricingTable accountId={text} currency={text} classNames={undefined} onChoose={undefined} />
      <UsageMeter feature="f" accountId={text} labels={undefined} />
      <UpgradeModal open={undefined} denial={undefined} requiredPlan={text} accountId={text} onClose={undefined} />
      <PaywallDialog open={undefined} denial={undefined} accountId={text} />
      <BillingBanner accountId={text} />
      <Seats accountId={text} labels={undefined} />
      <MemberList accountId={text} />
      <UsageChart feature="f" accountId={text} interval={undefined} from={text} />
    </StackgateProvider>
  )
}

export const host = createBillingHost({
  plugins: [{ frame, origin: 'https://plugin.example', pluginType: 'a', pluginId: text }],
  redirectHosts: undefined,
  onError: undefined,
})
export const plugin = createBillingPlugin({
  parentOrigin: 'https://app.example', pluginType: 'a', pluginId: text, queryClient: undefined, onLink: undefined, onCallback: () => undefined,
})
`

const APP = `
import { createStackgate } from '@stackgate/client'
import { PricingTable, StackgateProvider, useAccount, useEntitlement, usePlans } from '@stackgate/react'
import '@stackgate/react/styles.css'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode, version } from 'react'
import { createRoot } from 'react-dom/client'
import Readme from './readme'

const { url, token } = JSON.parse(decodeURIComponent(location.hash.slice(1))) as { url: string; token: string }
const stackgate = createStackgate({ url, token })

function Page() {
  const { data: account, error } = useAccount()
  const { data: plans } = usePlans()
  const { limit } = useEntitlement('deployments')
  if (error) return <p role="alert">{error.message}</p>
  return (
    <main>
      <h1>{account?.plan?.planVersion?.plan.name ?? 'Loading'}</h1>
      <p id="limit">{limit ?? 'unknown'}</p>
      <ul>{plans?.map(({ code, name }) => <li key={code}>{name}</li>)}</ul>
      <PricingTable />
    </main>
  )
}

document.documentElement.dataset['react'] = version
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={new QueryClient()}>
      <StackgateProvider client={stackgate}>
        <Page />
      </StackgateProvider>
      <section id="readme"><Readme /></section>
    </QueryClientProvider>
  </StrictMode>,
)
`

/** The first example of a README as a module, with the address and the token of the test. */
function readmeApp(): string {
  const [, example] = /```tsx\n([^]*?)```/.exec(readFileSync('packages/react/README.md', 'utf8'))!
  return `const given = JSON.parse(decodeURIComponent(location.hash.slice(1))) as { url: string; token: string }
${example!.replace("'http://127.0.0.1:4000/graphql'", 'given.url').replace("'TOKEN'", 'given.token')}`
}

/** `npm run test:long -- package-apps`: the packed archives in applications that know nothing of this repository. */
describe('Applications with the packed packages', () => {
  let archives: Record<Published, string>
  beforeAll(async () => {
    archives = await packPackages()
  })

  it('a Node service follows the README, verifies a webhook, checks, and records usage', async () => {
    const folder = newFolder('service')
    const [, first] = /```ts run\n([^]*?)```/.exec(readFileSync('packages/client/README.md', 'utf8'))!
    writeFiles(folder, {
      'package.json': {
        name: 'service',
        private: true,
        type: 'module',
        dependencies: { '@stackgate/client': `file:${archives.client}` },
        devDependencies: { '@types/node': '24.19.2', typescript: TYPESCRIPT },
      },
      'tsconfig.json': {
        compilerOptions: { ...STRICT, module: 'nodenext', types: ['node'] },
        include: ['*.ts'],
      },
      'first.ts': first!,
      'service.ts': SERVICE,
      'undefined.ts': UNDEFINED_CLIENT,
    })
    await install(folder)
    expect(await runOf(folder, 'typescript/bin/tsc', '-p', '.')).toBe('')

    await using plans = await temporaryServer()
    const shown = await run(folder, process.execPath, ['first.ts'], {
      STACKGATE_URL: `${plans.server.url}/graphql`,
      STACKGATE_TOKEN: await plans.server.token('first@example.com'),
      ONCE: '1',
    })
    expect(shown).toMatch(/^plus Plus/m)
    expect(shown).toMatch(/^INVALID_PLAN/m)
    expect(shown).toMatch(/^Pay with .*: http/m)
    expect(shown).toMatch(/^checkout\./m)

    await using usage = await temporaryServer({ env: { CATALOG: 'attribution' } })
    const secret = newWebhookSecret()
    const { body, headers } = signedWebhook({ type: 'usage.warning', data: { accountId: null } }, secret)
    const output = await run(folder, process.execPath, ['service.ts'], {
      STACKGATE_URL: usage.server.url,
      STACKGATE_SECRET_KEY: await usage.server.serviceKey(['entitlements:write']),
      ACCOUNT: await newAccount(usage.server),
      BODY: body,
      HEADERS: JSON.stringify(headers),
      SECRET: secret,
    })
    expect(JSON.parse(output)).toEqual({
      event: 'usage.warning',
      forged: 'WebhookError',
      before: true,
      accepted: [
        [1, 0],
        [0, 1],
      ],
      after: 'QUOTA_EXCEEDED',
    })
  })

  for (const react of REACT)
    itUnless(noBrowser)(
      `an application of Vite with React ${react} shows the plan of the user, and the README`,
      async () => {
        const folder = newFolder('react')
        writeFiles(folder, {
          'package.json': {
            name: 'app',
            private: true,
            type: 'module',
            dependencies: {
              '@stackgate/client': `file:${archives.client}`,
              '@stackgate/iframe': `file:${archives.iframe}`,
              '@stackgate/react': `file:${archives.react}`,
              '@tanstack/react-query': '^5.108.0',
              react,
              'react-dom': react,
            },
            devDependencies: {
              '@types/react': `^${react.split('.')[0]}`,
              '@types/react-dom': `^${react.split('.')[0]}`,
              typescript: TYPESCRIPT,
              vite: '^8.3.8',
            },
          },
          'tsconfig.json': {
            compilerOptions: {
              ...STRICT,
              lib: ['es2024', 'dom', 'dom.iterable'],
              module: 'esnext',
              moduleResolution: 'bundler',
              jsx: 'react-jsx',
              types: [],
            },
            include: ['*.tsx'],
          },
          'index.html':
            '<!doctype html><title>App</title><div id="root"></div><script type="module" src="/main.tsx"></script>',
          'main.tsx': APP,
          'readme.tsx': readmeApp(),
          'undefined.tsx': UNDEFINED_REACT,
        })
        await install(folder)
        expect(await runOf(folder, 'typescript/bin/tsc', '-p', '.')).toBe('')
        await runOf(folder, 'vite/bin/vite.js', 'build', '--logLevel', 'error')

        const port = await freePort()
        await using stackgate = await temporaryServer({ env: { CORS_ORIGINS: `http://127.0.0.1:${port}` } })
        const preview = ['node_modules/vite/bin/vite.js', 'preview', '--host', '127.0.0.1', '--strictPort', '--port']
        await using app = await startApp(folder, [...preview, `${port}`], port)
        const browser = await openBrowser()
        try {
          const page = await browser.newPage()
          const complaints: string[] = []
          page.on('pageerror', ({ message }) => void complaints.push(message))
          const session = {
            url: `${stackgate.server.url}/graphql`,
            token: await stackgate.server.token('ann@example.com'),
          }
          await page.goto(`${app.url}/#${encodeURIComponent(JSON.stringify(session))}`)
          await page.getByRole('heading', { name: 'Free', level: 1 }).waitFor()
          await page.locator('#limit', { hasText: '1' }).waitFor()
          await page.getByRole('listitem').first().waitFor()
          expect(await page.getByRole('listitem').allTextContents()).toEqual(expect.arrayContaining(['Plus']))
          // The default look comes from the archive too.
          expect(await page.evaluate(`document.documentElement.dataset.react`)).toBe(react)
          const prices = page.getByRole('region', { name: 'Plans' })
          await prices.getByText('$20.00').first().waitFor()
          expect(await page.evaluate(`getComputedStyle(document.querySelector('.sg-cards')).display`)).toBe('grid')
          // The first example of the README runs too.
          const readme = page.locator('#readme')
          await readme.getByText('0 of 1 used').waitFor()
          await readme.getByText('$20.00').first().waitFor()
          expect(complaints).toEqual([])
        } finally {
          await browser.close()
        }
      },
    )
})
