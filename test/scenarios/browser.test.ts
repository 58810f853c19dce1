import type { Browser, Page } from 'playwright-core'
import { describeUnless } from '../support/skip.js'
import { noBrowser, openBrowser } from '../support/browser.js'
import { eventually, startTestServer, type TestServer } from '../support/test-server.js'

describeUnless(noBrowser)('Pages in a browser', () => {
  let server: TestServer
  let browser: Browser
  let page: Page
  let foreign: string[]
  beforeAll(async () => {
    server = await startTestServer({ app: { signSandboxToken: () => server.token('you@example.com') } })
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser.close()
    await server.close()
  })
  beforeEach(async () => {
    foreign = []
    page = await browser.newPage()
    page.on('request', (request) => {
      if (!/^(http:\/\/127\.0\.0\.1:|data:|blob:)/.test(request.url())) foreign.push(request.url())
    })
  })
  afterEach(() => page.close())

  const pay = async (card: string) => {
    await page.getByLabel('Card number').fill(card)
    await page.getByLabel('Expiry').fill('12 / 34')
    await page.getByLabel('CVC').fill('123')
    await page.getByLabel('Name on card').fill('Ann Example')
    await page.getByRole('button', { name: 'Pay' }).click()
  }
  const planOf = async (token: string) =>
    (
      await server.graphql<{ account: { plan: { plan: { code: string } } } }>(
        `{ account { plan { plan { code } } } }`,
        {},
        token,
      )
    ).data.account.plan.plan.code

  it('declines a card, requires a challenge for another, and then sells the plan', async () => {
    const token = await server.token('clicks@example.com')
    const { data } = await server.graphql<{ startSubscription: { url: string } }>(
      `mutation { startSubscription(input: { provider: STRIPE, plan: "plus" }, key: "k") { checkout { url } } }`,
      {},
      token,
    )
    await page.goto(data.startSubscription.url)
    await pay('4000000000000002')
    await page.getByRole('alert').getByText('declined').waitFor()
    expect(await planOf(token)).toBe('free')
    await pay('4000002500003155')
    await page.getByRole('button', { name: 'Complete authentication' }).click()
    await page.getByRole('heading', { name: 'Thank you' }).waitFor()
    await eventually(
      () => planOf(token),
      (code) => code === 'plus',
    )
    expect(foreign).toEqual([])
  })

  it('opens a first query with its token by one click on the start page', async () => {
    const fresh = await browser.newContext()
    const first = await fresh.newPage()
    await first.goto(server.url)
    await first.getByRole('link', { name: 'GraphiQL' }).click()
    await first.getByRole('button', { name: /Execute query/ }).click()
    const answer = () => first.locator('.graphiql-response').innerText()
    expect(await eventually(answer, (text) => text.includes('viewer'))).toContain('you@example.com')
    expect(await first.getByRole('tab').allInnerTexts()).toEqual([
      'Start',
      'Refusal',
      'Buy',
      'Result',
      'Deploy',
      'Live',
    ])
    await fresh.close()
  })

  it('shows the response of GraphiQL below the query on a screen of 375 pixels', async () => {
    await page.setViewportSize({ width: 375, height: 720 })
    await page.goto(`${server.url}/graphiql`)
    const query = await page.locator('.graphiql-editors').boundingBox()
    const response = await page.locator('.graphiql-response').boundingBox()
    expect(response!.y).toBeGreaterThanOrEqual(query!.y + query!.height)
    expect(response!.width).toBeGreaterThan(250)
  })

  it('runs a query and a subscription in GraphiQL without foreign resources', async () => {
    const token = await server.token('graphiql@example.com')
    // As where users come from elsewhere: no token is given.
    await page.route('**/settings.json', (route) => route.fulfill({ json: {} }))
    await page.goto(`${server.url}/graphiql`)
    const write = async (editor: string, text: string) => {
      await page.locator(editor).first().click()
      await page.keyboard.press('Control+A')
      await page.keyboard.insertText(text)
    }
    await write(
      '.graphiql-query-editor .view-lines',
      'subscription { entitlements { ... on EntitlementsChanged { eventType snapshot } } }',
    )
    await page.getByRole('button', { name: 'Headers' }).click()
    await write(
      '.graphiql-editor-tool .view-lines >> visible=true',
      JSON.stringify({ Authorization: `Bearer ${token}` }),
    )
    await page.waitForTimeout(800) // The tab is stored after a delay, and the socket's token is read from it.
    await page.getByRole('button', { name: /Execute query/ }).click()
    const answer = () => page.locator('.graphiql-response').innerText()
    expect(await eventually(answer, (text) => text.includes('snapshot'), 15_000)).toMatch(/"snapshot":\strue/)
    expect(foreign).toEqual([])
  })
})
