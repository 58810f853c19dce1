import type { Browser, Page } from 'playwright-core'
import { noBrowser, openBrowser } from '#test/support/browser.js'
import { describeUnless } from '#test/support/skip.js'
import { freePort, startTestServer, type TestServer } from '#test/support/test-server.js'
import { openStory, servePage } from './page-server.js'

describeUnless(noBrowser)('Components for spending in a browser', () => {
  let browser: Browser
  let origin: string
  let closePage: () => void
  let server: TestServer
  let page: Page
  beforeAll(async () => {
    const port = await freePort()
    origin = `http://127.0.0.1:${port}`
    closePage = await servePage(port)
    browser = await openBrowser()
    server = await startTestServer({ env: { CATALOG: 'ai-platform', CORS_ORIGINS: origin } })
  })
  afterAll(async () => {
    await browser.close()
    closePage()
    await server.close()
  })

  it('set a cap on a phone, show its use live, and say that it is reached', async () => {
    page = await (await browser.newContext({ viewport: { width: 390, height: 844 } })).newPage()
    const token = await server.token('ann@example.com')
    await openStory(page, origin, { story: 'spending', url: `${server.url}/graphql`, token })
    await page.getByRole('button', { name: 'Set a cap' }).click()
    const dialog = page.getByRole('dialog', { name: 'Set a cap' })
    await dialog.getByLabel(/^Most in a period/).fill('40')
    await page.keyboard.press('Enter')
    await page.getByText('0 of 40 used').waitFor()
    const key = await server.serviceKey(['entitlements:use', 'entitlements:write'])
    const { data } = await server.graphql<{ consume: { __typename: string } }>(
      'mutation { consume(input: { accountId: "person:ann@example.com", feature: "ai_credits", amount: 40 }, key: "u-1") { denial { code } } }',
      {},
      key,
    )
    expect(data.consume.__typename).toBe('Consumption')
    await page.getByText('40 of 40 used').waitFor()
    await page.getByText('The cap is reached.').waitFor()
    const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth')
    expect(overflow).toBeLessThanOrEqual(0)
    await page.getByRole('button', { name: /^Remove the cap/ }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await page.getByText('There is no cap.').waitFor()
    await page.context().close()
  })
})
