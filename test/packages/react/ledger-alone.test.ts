import type { Browser, Page } from 'playwright-core'
import { noBrowser, openBrowser } from '#test/support/browser.js'
import { describeUnless } from '#test/support/skip.js'
import { freePort, startTestServer, type TestServer } from '#test/support/test-server.js'
import { openStory, servePage } from './page-server.js'

describeUnless(noBrowser)('Components of the ledger alone in a browser', () => {
  let browser: Browser
  let closePage: () => void
  let server: TestServer
  let page: Page
  const failures: string[] = []

  beforeAll(async () => {
    const port = await freePort()
    const origin = `http://127.0.0.1:${port}`
    closePage = await servePage(port)
    browser = await openBrowser()
    server = await startTestServer({ env: { CATALOG: 'ai-platform', MODULES: 'core', CORS_ORIGINS: origin } })
    page = await browser.newPage()
    page.on('pageerror', ({ message }) => failures.push(message))
    const url = `${server.url}/graphql`
    await openStory(page, origin, { story: 'ledger', url, token: await server.token('ann@example.com') })
  })
  afterAll(async () => {
    await browser.close()
    closePage()
    await server.close()
  })

  const use = async (amount: number) => {
    const { data } = await server.graphql<{ consume: { __typename: string } }>(
      `mutation ($amount: SafeInt!) {
        consume(input: { accountId: "person:ann@example.com", feature: "ai_credits", amount: $amount }, key: "use-1") { denial { code } }
      }`,
      { amount },
      await server.serviceKey(['entitlements:write']),
    )
    return data.consume
  }

  it('show what an account has, and follow its use live', async () => {
    await page.getByText('0 of 1,000 used').waitFor()
    expect(await use(40)).toMatchObject({ __typename: 'Consumption' })
    await page.getByText('40 of 1,000 used').waitFor()
    await page.getByText('Upgrade to Pro').waitFor()
  })

  it('set a cap, and fail nowhere', async () => {
    await page.getByRole('button', { name: 'Set a cap' }).click()
    await page
      .getByRole('dialog', { name: 'Set a cap' })
      .getByLabel(/^Most in a period/)
      .fill('100')
    await page.keyboard.press('Enter')
    await page.getByText('40 of 100 used').waitFor()
    expect(failures).toEqual([])
  })
})
