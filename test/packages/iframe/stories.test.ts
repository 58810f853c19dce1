import type { Browser, FrameLocator, Page } from 'playwright-core'
import { describeUnless } from '#test/support/skip.js'
import { noBrowser, openBrowser } from '#test/support/browser.js'
import { Buyer } from '#test/support/buyer.js'
import { freePort, startTestServer, type TestServer } from '#test/support/test-server.js'
import { startViteSite } from '#test/support/vite-site.js'

describeUnless(noBrowser)('Examples of a host and a plugin, with a server and the sandbox', () => {
  let server: TestServer
  let browser: Browser
  let host: string
  let sites: (() => void)[]
  let tab: Page
  let plugin: FrameLocator
  let violations: string[]
  beforeAll(async () => {
    const [hostPort, pluginPort] = [await freePort(), await freePort()]
    host = `http://127.0.0.1:${hostPort}`
    const pluginOrigin = `http://localhost:${pluginPort}`
    server = await startTestServer({
      env: { CATALOG: 'communities', PARENT_APP_URL: host, CORS_ORIGINS: pluginOrigin },
    })
    const env = {
      VITE_PLUGIN_URL: `${pluginOrigin}/`,
      VITE_SANDBOX_URL: server.sandbox.url,
      VITE_PARENT_ORIGIN: host,
      VITE_STACKGATE_URL: `${server.url}/graphql`,
    }
    sites = [
      await startViteSite('examples/iframe-host', hostPort, env),
      await startViteSite('examples/iframe-plugin', pluginPort, env),
    ]
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser.close()
    for (const close of sites) close()
    await server.close()
  })
  beforeEach(async () => {
    tab = await (await browser.newContext()).newPage()
    violations = []
    tab.on('console', (message) => {
      if (/Content Security Policy|sandboxed/i.test(message.text())) violations.push(message.text())
    })
    plugin = tab.frameLocator('iframe')
  })
  afterEach(async () => {
    await tab.context().close()
    expect(violations).toEqual([])
  })

  const tokenOf = (email: string, communityId: string, communityRole: 'admin' | 'member' = 'admin') =>
    server.token(email, { communityId, communityRole })
  const open = async (path: string, token: string) => {
    await tab.goto(`${host}${path}`)
    await tab.getByLabel('Token').fill(token)
    await tab.getByRole('button', { name: 'Sign in' }).click()
  }
  const upgrade = async () => {
    await plugin.getByRole('button', { name: 'Upgrade to Pro' }).click()
    await tab.waitForURL(`${server.sandbox.url}/**`)
  }
  const pay = async () => {
    await tab.getByLabel('Card number').fill('4242424242424242')
    await tab.getByLabel('Expiry').fill('12 / 34')
    await tab.getByLabel('CVC').fill('123')
    await tab.getByLabel('Name on card').fill('Ann Example')
    await tab.getByRole('button', { name: 'Pay' }).click()
  }
  const expectText = (text: string) => plugin.getByText(text).waitFor()

  it.each([
    ['a community', '/c/42/', '42'],
    ['a plugin', '/c/43/plugin/wizard-7/', '43'],
  ])('sells a plan on the page of %s, and shows it without a reload', async (_what, path, community) => {
    await open(path, await tokenOf('ann@example.com', community))
    await expectText('Plan: Free')
    await upgrade()
    await pay()
    await tab.waitForURL(`${host}${path}`)
    await expectText('Paid. The community is on Pro.')
    await expectText('Plan: Pro (active, until 2026-02-15)')
    await plugin.getByRole('button', { name: 'Manage billing' }).click()
    await tab.getByRole('link', { name: 'Return to 127.0.0.1' }).click()
    await tab.waitForURL(`${host}${path}`)
    await expectText('Plan: Pro (active, until 2026-02-15)')
    expect(await plugin.getByRole('alert').innerText()).toBe('')
  })

  it('says that nothing was paid after a cancellation', async () => {
    await open('/c/44/', await tokenOf('bob@example.com', '44'))
    await upgrade()
    await tab.getByRole('link', { name: /^Back to / }).click()
    await tab.waitForURL(`${host}/c/44/`)
    await expectText('Nothing was paid.')
    await expectText('Plan: Free')
    await tab.reload()
    await expectText('Plan: Free')
    expect(await plugin.getByRole('status').innerText()).toBe('')
  })

  it('shows a payment that another admin makes, without a callback or a reload', async () => {
    const token = await tokenOf('carl@example.com', '45')
    await open('/c/45/', token)
    await expectText('Plan: Free')
    await new Buyer(server, token, 'carl@example.com').buy('startSubscription', { plan: 'pro' })
    await expectText('Plan: Pro (active')
    expect(await plugin.getByRole('status').innerText()).toBe('')
  })

  it('says nothing about a payment for a pasted session, also if it is that of another community', async () => {
    const other = new Buyer(server, await tokenOf('dora@example.com', '46'), 'dora@example.com')
    const { providerReference: sessionId } = await other.buy('startSubscription', { plan: 'pro' })
    await open(`/c/47/?stripe_status=success&session_id=${sessionId}`, await tokenOf('eve@example.com', '47'))
    await expectText('Plan: Free')
    expect([tab.url(), await plugin.getByRole('status').innerText()]).toEqual([`${host}/c/47/`, ''])
    // The same address during a true absence: the server knows whose session it is.
    await upgrade()
    await tab.goto(`${host}/c/47/?stripe_status=success&session_id=${sessionId}`)
    await expectText('This payment belongs to another account.')
    await expectText('Plan: Free')
  })

  it('has no button for members, who see what the admin buys', async () => {
    const admin = new Buyer(server, await tokenOf('gina@example.com', '48'), 'gina@example.com')
    await admin.account()
    await open('/c/48/', await tokenOf('fred@example.com', '48', 'member'))
    await expectText('Plan: Free')
    expect(await plugin.getByRole('button', { name: 'Upgrade to Pro' }).isVisible()).toBe(false)
    await admin.buy('startSubscription', { plan: 'pro' })
    await expectText('Plan: Pro (active')
    expect(await plugin.getByRole('button', { name: 'Manage billing' }).isVisible()).toBe(false)
  })
})
