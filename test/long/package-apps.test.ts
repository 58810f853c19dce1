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
const STRICT = {
  target: 'es2024',
  strict: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  noEmit: true,
  allowImportingTsExtensions: true,
}

/** A service: verifies a webhook, checks an entitlement, and records usage. */
const SERVICE = `
import { createEntitlements } from '@stackgate/client/entitlements'
import { verifyWebhook } from '@stackgate/client/webhooks'

const { STACKGATE_URL, STACKGATE_KEY, ACCOUNT, BODY, HEADERS, SECRET } = process.env as Record<string, string>
const entitlements = createEntitlements({ url: STACKGATE_URL!, key: STACKGATE_KEY! })
const accountId = ACCOUNT!
const event = verifyWebhook(BODY!, JSON.parse(HEADERS!) as Record<string, string>, SECRET!)
const before = await entitlements.check({ accountId, feature: 'attribution_runs', amount: 40 })
const usage = { accountId, feature: 'attribution_runs', amount: 60, idempotencyKey: 'run-1' }
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

const APP = `
import { createStackgate } from '@stackgate/client'
import { PricingTable, StackgateProvider, useAccount, useEntitlement, usePlans } from '@stackgate/react'
import '@stackgate/react/styles.css'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
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

  it('a Node service follows the README, verifies a webhook, checks, and records usage [CL85]', async () => {
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
      STACKGATE_KEY: await usage.server.serviceKey(['entitlements:write']),
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

  itUnless(noBrowser)(
    'a React application of Vite shows the plan of the user, and the README [CL31] [CL81]',
    async () => {
      const folder = newFolder('react')
      writeFiles(folder, {
        'package.json': {
          name: 'app',
          private: true,
          type: 'module',
          dependencies: {
            '@stackgate/client': `file:${archives.client}`,
            '@stackgate/react': `file:${archives.react}`,
            '@tanstack/react-query': '^5.108.0',
            react: '^19.3.1',
            'react-dom': '^19.3.1',
          },
          devDependencies: {
            '@types/react': '^19.3.0',
            '@types/react-dom': '^19.3.0',
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
