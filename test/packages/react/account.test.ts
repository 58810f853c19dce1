import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { Stackgate } from '@stackgate/client/server'
import { expressHandler } from '@stackgate/client/server/express'
import { describeUnless } from '#test/support/skip.js'
import { noBrowser, openBrowser } from '#test/support/browser.js'
import { person } from '#test/support/members.js'
import { freePort, startTestServer, type TestServer } from '#test/support/test-server.js'
import { HANDLER_PATH, openStory, pay, servePage } from './page-server.js'

/** Folder for pictures of the pages. Default: none are taken. */
const SCREENSHOTS = process.env['SCREENSHOTS']

/** A plan that is sold per seat, with seats to assign and units that are used up. Its plans have no bullets. */
const CATALOG = `
business: seat-shop
currency: USD
return_urls: client
seats: [editor_seats]
pause: { plans: [team], maximum: 30d }
features:
  ai_stories:   { name: AI stories,   kind: quota, unit: AI story, window: month }
  editor_seats: { name: Editor seats, kind: limit, unit: editor seat }
plans:
  free:
    name: Free
    rank: 0
    features: { ai_stories: 10, editor_seats: 1 }
  team:
    name: Team
    rank: 1
    prices: { month: 9.00, per: seat }
    features:
      ai_stories: { amount: 100, per: seat }
      editor_seats: { amount: 1, per: seat }
`

describeUnless(noBrowser)('Components of an account behind a handler', () => {
  let folder: string
  let server: TestServer
  let stackgate: Stackgate
  let browser: Browser
  let origin: string
  let closePage: () => void
  let page: Page
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stackgate-seats-'))
    writeFileSync(join(folder, 'catalog.yaml'), CATALOG)
    const port = await freePort()
    origin = `http://127.0.0.1:${port}`
    server = await startTestServer({
      env: { CATALOG: join(folder, 'catalog.yaml'), RETURN_URL_HOSTS: new URL(origin).host, CORS_ORIGINS: origin },
    })
    const secretKey = await server.serviceKey(['entitlements:write', 'billing:write', 'accounts:write'])
    stackgate = new Stackgate({ secretKey, url: server.url })
    closePage = await servePage(
      port,
      expressHandler({
        stackgate,
        identify: ({ headers }) =>
          headers.cookie === 'session=acme' ? { customer: 'acme', name: 'Acme', email: 'billing@acme.example' } : null,
      }),
    )
    browser = await openBrowser()
    page = await browser.newPage()
    await page.context().addCookies([{ name: 'session', value: 'acme', url: origin, httpOnly: true, sameSite: 'Lax' }])
  })
  afterAll(async () => {
    await browser.close()
    closePage()
    stackgate.close()
    await server.close()
    rmSync(folder, { recursive: true })
  })
  const expectText = (text: string | RegExp) => page.getByText(text).first().waitFor()
  const dialog = () => page.getByRole('dialog')
  const region = (name: string) => page.getByRole('region', { name, exact: true })

  it('show the plans to a visitor, who has no session', async () => {
    const visitor = await browser.newPage()
    await openStory(visitor, origin, { story: 'pricing', url: `${origin}${HANDLER_PATH}`, visitor: true })
    await visitor.getByRole('region', { name: 'Team', exact: true }).getByText('100 AI stories a month').waitFor()
    expect(await visitor.getByText('signed out').count()).toBe(0)
    await visitor.close()
  })

  it('send the cookie of the session to the handler, and never to another origin', async () => {
    const cookiesOf = async (url: string) => {
      const other = await browser.newPage({ storageState: await page.context().storageState() })
      const sent = other.waitForRequest((request) => request.method() === 'POST' && request.url() === url)
      await openStory(other, origin, { story: 'pricing', url, visitor: true })
      await other.getByRole('region', { name: 'Team', exact: true }).waitFor()
      const { cookie } = await (await sent).allHeaders()
      await other.close()
      return cookie
    }
    expect(await cookiesOf(`${origin}${HANDLER_PATH}`)).toBe('session=acme')
    // Cookies of a host are those of all its ports: only the rule of the client keeps them from the server.
    expect(await cookiesOf(`${server.url}/graphql`)).toBeUndefined()
  })

  it('show what plans contain, sell one, and change the paid seats after their price was shown', async () => {
    await openStory(page, origin, { story: 'account', url: `${origin}${HANDLER_PATH}` })
    await region('Free').getByText('10 AI stories a month').waitFor()
    await region('Team').getByText('100 AI stories a month per seat').waitFor()
    await page.getByRole('button', { name: 'Get Team' }).click()
    await page.waitForURL(`${server.sandbox.url}/**`)
    await pay(page)
    await page.waitForURL(`${origin}/**`)
    await expectText('Paid for: 1 × seat')
    await page.getByRole('button', { name: 'Change the number' }).click()
    await dialog().getByLabel('Number of units (seat)').fill('3')
    await dialog()
      .getByText(/^Due today: \$1[78]\.\d\d$/)
      .waitFor()
    if (SCREENSHOTS) await page.screenshot({ path: `${SCREENSHOTS}/seats.png` })
    await expectText('Paid for: 1 × seat')
    await dialog()
      .getByRole('button', { name: /^Pay \$1[78]\.\d\d and confirm$/ })
      .click()
    await dialog()
      .getByText(/^The number changes to 3/)
      .waitFor()
    await dialog().getByRole('button', { name: 'Continue' }).click()
    await expectText('Paid for: 3 × seat')
  })

  it('list the members, assign a seat, and draw what is used', async () => {
    await region('Members').getByText('There are no members yet.').waitFor()
    const ann = await person(server, 'ann@example.com')
    await server.graphql(
      `mutation ($user: ID!) { linkAccount(accountId: "customer:acme", userId: $user) { denial { code } } }`,
      { user: ann.userId },
      await server.serviceKey(['accounts:write']),
    )
    await page.reload()
    await region('Members').getByRole('cell', { name: 'Owner' }).waitFor()
    await region('Editor seats').getByText('0 of 3 assigned').waitFor()
    await page.getByRole('button', { name: 'Assign a seat: Editor seats' }).click()
    await dialog().getByRole('button', { name: 'Assign a seat', exact: true }).click()
    await region('Editor seats').getByText('1 of 3 assigned').waitFor()
    expect(await stackgate.consume({ customer: 'acme', feature: 'ai_stories', amount: 40 })).toMatchObject({ ok: true })
    await page.getByRole('img', { name: /^40 from / }).waitFor()
    if (SCREENSHOTS) await page.screenshot({ path: `${SCREENSHOTS}/account.png`, fullPage: true })
  })

  it('cancel and keep the subscription after its terms were shown, and say so above the page', async () => {
    const section = region('Billing')
    await section.getByRole('button', { name: 'Cancel subscription' }).click()
    await section.getByText('Ends on February 15, 2026').waitFor()
    await section.getByRole('button', { name: 'Cancel subscription' }).click()
    await expectText('The subscription ends on February 15, 2026')
    await section.getByRole('button', { name: 'Keep subscription' }).click()
    await section.getByRole('button', { name: 'Keep subscription' }).click()
    await page.getByText('The subscription ends on').waitFor({ state: 'detached' })
  })

  it('pause and resume the subscription after its terms were shown', async () => {
    const section = region('Billing')
    await section.getByRole('button', { name: 'Pause subscription' }).click()
    await section.getByText(/February 15, 2026.* March 17, 2026/).waitFor()
    if (SCREENSHOTS) await page.screenshot({ path: `${SCREENSHOTS}/pause.png`, fullPage: true })
    await section.getByRole('button', { name: 'Pause subscription' }).click()
    await expectText('Paused until March 17, 2026')
    await section.getByRole('button', { name: 'Resume subscription' }).click()
    await section.getByRole('button', { name: 'Resume subscription' }).click()
    await section.getByText('Paused until').waitFor({ state: 'detached' })
    await section.getByRole('button', { name: 'Pause subscription' }).waitFor()
  })
})
