import type { Browser, Page } from 'playwright-core'
import { describeUnless } from '#test/support/skip.js'
import { noBrowser, openBrowser } from '#test/support/browser.js'
import { eventually } from '#test/support/test-server.js'
import { callbacksOf, receivedBy, Sites, type Received } from './sites.js'

const RETURN = '?stripe_status=success&session_id=cs_test_1'
const SUCCESS = { status: 'success', sessionId: 'cs_test_1' }

describeUnless(noBrowser)('Return from the payment provider to a plugin in a frame', () => {
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

  const address = () => tab.url().slice(sites.host.length)

  it.each([
    ['success', '/c/42/', SUCCESS],
    ['success of a plugin', '/c/42/plugin/7/', SUCCESS],
  ])('delivers a %s once, clears its parameters, and keeps the others', async (_what, path, expected) => {
    const [plugin] = await sites.open(tab, [{ pluginId: '7' }], path)
    const [again] = await sites.leaveAndReturn(
      tab,
      plugin!,
      `${path}?tab=a%20b&stripe_status=success&session_id=cs_test_1#plans`,
    )
    expect(await callbacksOf(again!, 1)).toEqual([expected])
    expect(address()).toBe(`${path}?tab=a%20b#plans`)
    expect(await receivedBy(again!)).toEqual([{ data: { type: 'stripeCallback', ...expected }, origin: sites.host }])
    expect(await again!.evaluate('invalidated')).toEqual(['communityBillingInfo'])
    await tab.reload()
    const [reloaded] = await sites.framesOf(tab)
    expect(await callbacksOf(reloaded!, 0)).toEqual([])
  })

  it.each(['cancel', 'portal_return'])('delivers %s without a session', async (status) => {
    const [plugin] = await sites.open(tab, [{}])
    const [again] = await sites.leaveAndReturn(tab, plugin!, `/c/42/?stripe_status=${status}&session_id=cs_test_1`)
    expect(await callbacksOf(again!, 1)).toEqual([{ status }])
    expect(address()).toBe('/c/42/')
  })

  it('delivers to a plugin that implements the written contract without the package', async () => {
    const [plugin] = await sites.open(tab, [{ page: '/raw' }])
    const [again] = await sites.leaveAndReturn(tab, plugin!, `/c/42/${RETURN}`)
    expect(await callbacksOf(again!, 1)).toEqual([{ type: 'stripeCallback', ...SUCCESS }])
    await tab.reload()
    expect(await callbacksOf((await sites.framesOf(tab))[0]!, 0)).toEqual([])
  })

  it('delivers from a host that contains the code of docs/iframe.md instead of the package', async () => {
    sites.isDocumentedHost = true
    try {
      const [plugin] = await sites.open(tab, [{}])
      const [again] = await sites.leaveAndReturn(tab, plugin!, `/c/42/${RETURN}`)
      expect([await callbacksOf(again!, 1), address()]).toEqual([[SUCCESS], '/c/42/'])
      await tab.goto(`${sites.host}/c/42/${RETURN}`)
      expect([await callbacksOf((await sites.framesOf(tab))[0]!, 0), address()]).toEqual([[], '/c/42/'])
    } finally {
      sites.isDocumentedHost = false
    }
  })

  it('holds the message until a plugin that is ready after ten seconds, across a reload', async () => {
    const [plugin] = await sites.open(tab, [{}])
    await sites.leaveAndReturnTo(tab, plugin!, [{ late: 10_000 }], RETURN)
    expect(address()).toBe('/c/42/')
    await tab.reload()
    const [again] = await sites.framesOf(tab)
    expect(await callbacksOf(again!, 0)).toEqual([])
    expect(await callbacksOf(again!, 1)).toEqual([SUCCESS])
  })

  it('sends nothing to a plugin that is never ready, and delivers when it is', async () => {
    const [plugin] = await sites.open(tab, [{}])
    const [silent] = await sites.leaveAndReturnTo(tab, plugin!, [{ page: '/silent' }], RETURN)
    expect([await callbacksOf(silent!, 0), await receivedBy(silent!), address()]).toEqual([[], [], '/c/42/'])
    const [ready] = await sites.open(tab, [{}])
    expect(await callbacksOf(ready!, 1)).toEqual([SUCCESS])
  })

  it('sends nothing for a pasted address or an unknown status, and clears it', async () => {
    for (const query of [RETURN, '?stripe_status=cancel', '?stripe_status=refunded']) {
      const [plugin] = await sites.open(tab, [{}], `/c/42/${query}`)
      expect([await callbacksOf(plugin!, 0), await receivedBy(plugin!), address()]).toEqual([[], [], '/c/42/'])
    }
    const [plugin] = await sites.open(tab, [{}])
    const [again] = await sites.leaveAndReturn(tab, plugin!, '/c/42/?stripe_status=refunded')
    expect([await callbacksOf(again!, 0), address()]).toEqual([[], '/c/42/'])
  })

  it('delivers nothing of one community to the page of another', async () => {
    const [plugin] = await sites.open(tab, [{}])
    const [other] = await sites.leaveAndReturn(tab, plugin!, `/c/43/${RETURN}`)
    expect([await callbacksOf(other!, 0), address()]).toEqual([[], '/c/43/'])
  })

  it('reports a message that could not be sent, and sends it at the next ready message', async () => {
    const [plugin] = await sites.open(tab, [{}])
    const [again] = await sites.leaveAndReturnTo(tab, plugin!, [{ failures: 1 }], RETURN)
    expect(await callbacksOf(again!, 1)).toEqual([SUCCESS])
    expect(await tab.evaluate('errors')).toEqual(['post: broken'])
  })

  it('chooses between two frames of one type by the ID in the path, else by the departure', async () => {
    const both = [{ pluginId: '7' }, { pluginId: '8' }]
    const [, second] = await sites.open(tab, both)
    const byDeparture = await sites.leaveAndReturn(tab, second!, `/c/42/${RETURN}`)
    expect([await callbacksOf(byDeparture[0]!, 0), await callbacksOf(byDeparture[1]!, 1)]).toEqual([[], [SUCCESS]])
    const byPath = await sites.leaveAndReturn(tab, byDeparture[1]!, `/c/42/plugin/7/${RETURN}`)
    expect([await callbacksOf(byPath[0]!, 1), await callbacksOf(byPath[1]!, 0)]).toEqual([[SUCCESS], []])
  })

  it('has no effect of messages from a frame that is no plugin', async () => {
    const frames = [{}, { page: '/hostile' as const }]
    const [plugin] = await sites.open(tab, frames)
    const [, hostile] = await sites.leaveAndReturnTo(tab, plugin!, [{ page: '/silent' }, frames[1]!], RETURN)
    await eventually(
      () => hostile!.evaluate<number>('attacks'),
      (attacks) => attacks > 3,
    )
    const types = new Set((await receivedBy(hostile!)).map(({ data }) => JSON.stringify(data)))
    expect([...types].filter((data) => !data.includes('cs_forged'))).toEqual([
      JSON.stringify({ type: 'stripeRedirectRefused', requestId: 'hostile', reason: 'frame' }),
    ])
    expect(address()).toBe('/c/42/')
    const [again] = await sites.open(tab, frames)
    expect(await callbacksOf(again!, 1)).toEqual([SUCCESS])
  })

  it('sends nothing into the frame of a plugin that shows another site', async () => {
    const [plugin] = await sites.open(tab, [{}])
    const [hostile] = await sites.leaveAndReturnTo(tab, plugin!, [{ page: '/hostile', isTakenOver: true }], RETURN)
    await eventually(
      () => hostile!.evaluate<number>('attacks'),
      (attacks) => attacks > 3,
    )
    const others = (await receivedBy(hostile!)).filter(({ origin }) => origin !== sites.hostile)
    expect(new Set(others.map(({ data }) => data.type))).toEqual(new Set(['stripeRedirectRefused']))
    expect(tab.url()).toBe(`${sites.host}/c/42/`)
    const [again] = await sites.open(tab, [{}])
    expect(await callbacksOf(again!, 1)).toEqual([SUCCESS])
  })

  it('ignores a callback of a page that embeds the plugin and is not its configured parent, and sends it nothing', async () => {
    await tab.goto(sites.hostile)
    await tab.evaluate(`document.body.append(Object.assign(document.createElement('iframe'),
      { src: '${sites.plugin}/plugin?type=wizard&late=0&to=&parent=${encodeURIComponent(sites.host)}' }))`)
    const frame = await eventually(
      () => tab.mainFrame().childFrames()[0],
      (child) => child?.url().startsWith(sites.plugin) === true,
    )
    const received = await eventually(
      () => receivedBy(frame!),
      (messages) => messages.length > 3,
    )
    expect(received[0]!.data).toMatchObject({ type: 'stripeCallback', sessionId: 'cs_forged' })
    expect(await callbacksOf(frame!, 0)).toEqual([])
    const messages = await tab.evaluate<Received[]>('received')
    expect(messages.filter(({ origin }) => origin === sites.plugin)).toEqual([])
  })
})
