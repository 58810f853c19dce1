import type { Browser, Frame, Page } from 'playwright-core'
import { describeUnless } from '#test/support/skip.js'
import { noBrowser, openBrowser } from '#test/support/browser.js'
import { eventually } from '#test/support/test-server.js'
import { Sites } from './sites.js'

/** The attribute that docs/iframe.md recommends. */
const SANDBOX = 'allow-scripts allow-same-origin allow-forms allow-popups'

describeUnless(noBrowser)('Redirect of a plugin in a frame to the payment provider', () => {
  let sites: Sites
  let browser: Browser
  let tab: Page
  beforeAll(async () => {
    sites = await Sites.start()
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser.close()
    sites.close()
  })
  beforeEach(async () => {
    tab = await sites.newTab(browser)
  })
  afterEach(() => tab.context().close())

  const expectProvider = () => tab.waitForURL(`${sites.provider}/pay`)
  const click = (frame: Frame) => frame.getByRole('button').click()
  const outcomeOf = async (frame: Frame) => {
    const read = () => frame.evaluate<unknown[]>('outcomes')
    return (await eventually(read, (outcomes) => outcomes.length > 0)).at(-1)
  }
  /** A page around the plugin that has no host. */
  const openWithoutHost = async (sandbox: string | null) => {
    await tab.goto(sites.provider)
    const query = new URLSearchParams({
      parent: sites.provider,
      type: 'wizard',
      late: '0',
      to: `${sites.provider}/pay`,
    })
    await tab.evaluate(`(() => {
      const frame = document.createElement('iframe')
      ${sandbox === null ? '' : `frame.setAttribute('sandbox', '${sandbox}')`}
      frame.src = '${sites.plugin}/plugin?${query.toString()}'
      document.body.append(frame)
    })()`)
    const frame = await eventually(
      () => tab.mainFrame().childFrames()[0],
      (child) => child?.url().startsWith(sites.plugin) === true,
    )
    return frame!
  }

  it.each([
    ['without a sandbox', undefined],
    ['with the recommended sandbox', SANDBOX],
  ])('opens the page in the top window after a click, in a frame %s', async (_what, sandbox) => {
    const [plugin] = await sites.open(tab, [sandbox ? { sandbox } : {}])
    await click(plugin!)
    await expectProvider()
  })

  it('is available to a plugin without the package', async () => {
    const [plugin] = await sites.open(tab, [{ page: '/raw' }])
    await click(plugin!)
    await expectProvider()
  })

  it.each([
    ['another host', 'https://evil.example/'],
    ['a script', 'javascript:document.title="run"'],
    ['user information', 'https://checkout.stripe.com@evil.example/'],
  ])('refuses %s', async (_what, url) => {
    // The package refuses a script before it asks. A plugin without the package does not.
    const [plugin] = await sites.open(tab, [{ page: '/raw', to: url }])
    await click(plugin!)
    const received = await eventually(
      () => plugin!.evaluate<{ data: unknown }[]>('received'),
      (messages) => messages.length > 0,
    )
    expect(received.map(({ data }) => data)).toEqual([
      { type: 'stripeRedirectRefused', requestId: expect.any(String), reason: 'host' },
    ])
    expect([tab.url(), await tab.title()]).toEqual([`${sites.host}/c/42/`, 'Host'])
  })

  it('needs a click: without one the plugin shows a link, which opens the page', async () => {
    const [plugin] = await sites.open(tab, [{ sandbox: SANDBOX, redirectsAtStart: true }])
    // Playwright evaluates with a simulated click, so that the pages are left alone until the host has refused.
    await tab.waitForTimeout(1000)
    expect(tab.url()).toBe(`${sites.host}/c/42/`)
    await plugin!.getByRole('link', { name: 'Continue to the billing page' }).click()
    await expectProvider()
  })

  it('needs the focus in the frame where the browser does not report clicks', async () => {
    await tab.addInitScript(`Object.defineProperty(Navigator.prototype, 'userActivation', { value: undefined })`)
    const [idle] = await sites.open(tab, [{ sandbox: SANDBOX, redirectsAtStart: true }])
    await idle!.getByRole('link').waitFor()
    expect(tab.url()).toBe(`${sites.host}/c/42/`)
    const [plugin] = await sites.open(tab, [{ sandbox: SANDBOX }])
    await click(plugin!)
    await expectProvider()
  })

  it('happens once in three seconds', async () => {
    const [plugin] = await sites.open(tab, [{}])
    // The first page takes so long that the host is still there.
    await tab.route('**/pay', () => {})
    await plugin!.evaluate(`void redirect('${sites.provider}/pay')`)
    await plugin!.evaluate(`void redirect('${sites.provider}/pay?again')`)
    const outcomes = await eventually(
      () => plugin!.evaluate<unknown[]>('outcomes'),
      (all) => all.length === 2,
    )
    expect(outcomes).toEqual([{ outcome: 'leaving' }, { outcome: 'refused', reason: 'rate' }])
  })

  it('happens once for a message that arrives again, however late', async () => {
    const [plugin] = await sites.open(tab, [{ page: '/raw' }])
    const requests: string[] = []
    // The first page takes so long that the host is still there.
    await tab.route('**/pay', (route) => void requests.push(route.request().url()))
    const message = { type: 'stripeRedirect', url: `${sites.provider}/pay`, requestId: 'copied' }
    const post = () => plugin!.evaluate(`parent.postMessage(${JSON.stringify(message)}, query.get('parent'))`)
    await post()
    await eventually(
      () => requests.length,
      (count) => count === 1,
    )
    await tab.waitForTimeout(3_100)
    await post()
    await tab.waitForTimeout(300)
    expect(requests).toHaveLength(1)
    const received = await plugin!.evaluate<{ data: unknown }[]>('received')
    expect(received.map(({ data }) => data)).toEqual([{ type: 'stripeRedirectAccepted', requestId: 'copied' }])
  })

  it('opens the page by itself if no host listens, unless the sandbox forbids that', async () => {
    await click(await openWithoutHost(null))
    await expectProvider()
    await click(await openWithoutHost(`${SANDBOX} allow-top-navigation-by-user-activation`))
    await expectProvider()
    const confined = await openWithoutHost(SANDBOX)
    await click(confined)
    expect(await outcomeOf(confined)).toEqual({ outcome: 'link' })
    expect(tab.url()).toBe(`${sites.provider}/`)
  })

  it('opens the page in its own window outside of a frame', async () => {
    const query = new URLSearchParams({ parent: sites.host, type: 'wizard', late: '0', to: `${sites.provider}/pay` })
    await tab.goto(`${sites.plugin}/plugin?${query.toString()}`)
    await eventually(
      () => tab.evaluate('typeof redirect'),
      (type) => type === 'function',
    )
    await tab.getByRole('button').click()
    await expectProvider()
  })
})
