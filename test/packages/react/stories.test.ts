import type { Browser, Page } from 'playwright-core'
import { describeUnless } from '#test/support/skip.js'
import { noBrowser, openBrowser } from '#test/support/browser.js'
import { Buyer } from '#test/support/buyer.js'
import { delayFirstResult, receivedMessage } from '#test/support/intercepted-operations.js'
import { eventually, freePort, startTestServer, type TestServer } from '#test/support/test-server.js'
import { openStory, pay, servePage } from './page-server.js'

/** Folder for pictures of the pages. Default: none are taken. */
const SCREENSHOTS = process.env['SCREENSHOTS']

describeUnless(noBrowser)('Components of @stackgate/react in a browser', () => {
  let browser: Browser
  let origin: string
  let closePage: () => void
  let page: Page
  let loads: number
  beforeAll(async () => {
    const port = await freePort()
    origin = `http://127.0.0.1:${port}`
    closePage = await servePage(port)
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser.close()
    closePage()
  })
  beforeEach(async () => {
    page = await (await browser.newContext()).newPage()
    loads = 0
    page.on('request', (request) => {
      if (request.isNavigationRequest() && request.url().startsWith(origin)) loads++
    })
  })
  afterEach(() => page.context().close())
  const expectText = (text: string | RegExp) => page.getByText(text).first().waitFor()

  describe('with plans of one group', () => {
    let server: TestServer
    beforeAll(async () => {
      server = await startTestServer({ env: { CORS_ORIGINS: origin, RETURN_URL_HOSTS: new URL(origin).host } })
    })
    afterAll(() => server.close())
    const story = async (email: string, redirect: 'same-tab' | 'new-tab') => ({
      story: 'deploy',
      url: `${server.url}/graphql`,
      token: await server.token(email),
      redirect,
    })
    const expectDeployed = () => page.getByText('Deployed', { exact: true }).waitFor()
    const upgrade = async () => {
      await page.getByRole('button', { name: 'Deploy' }).click()
      await page.getByRole('heading', { name: 'Upgrade to Plus' }).waitFor()
      await expectText(`This requires the Plus plan. You are on Free.`)
      await expectText('$20.00')
      await page.getByRole('button', { name: 'Upgrade to Plus' }).click()
    }

    it('repeat a denied act with the same key when it is paid in another tab, without a load', async () => {
      await openStory(page, origin, await story('ann@example.com', 'new-tab'))
      const popup = page.waitForEvent('popup')
      await upgrade()
      const tab = await popup
      await expectText('Pay in the other tab.')
      await pay(tab)
      await expectDeployed()
      const keys = (await page.title()).split(' ').slice(1)
      expect([loads, keys.length > 1, new Set(keys).size, await page.getByRole('dialog').count()]).toEqual([
        1,
        true,
        1,
        0,
      ])
    })

    it('repeat a denied act after the way to the payment page in the same tab', async () => {
      await openStory(page, origin, await story('bob@example.com', 'same-tab'))
      await upgrade()
      await page.waitForURL(`${server.sandbox.url}/**`)
      await pay(page)
      await page.waitForURL(`${origin}/**`)
      await expectText('Paid. You have Plus.')
      await expectDeployed()
      expect([loads, new URL(page.url()).search]).toEqual([2, ''])
    })

    it('say that nothing was paid after a cancellation, and offer the plan again', async () => {
      await openStory(page, origin, await story('eve@example.com', 'same-tab'))
      await upgrade()
      await page.getByRole('link', { name: /^Back to / }).click()
      await page.waitForURL(`${origin}/**`)
      await expectText('Nothing was paid.')
      await page.getByRole('heading', { name: 'Upgrade to Plus' }).waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      expect(await page.getByText('Not deployed').count()).toBe(1)
    })

    it('charge a change of the plan after a confirmation, and show and withdraw a scheduled one', async () => {
      const token = await server.token('dan@example.com')
      const buyer = new Buyer(server, token, 'dan@example.com')
      await buyer.buy('startSubscription', { plan: 'plus' })
      await openStory(page, origin, { story: 'pricing', url: `${server.url}/graphql`, token })
      const planCode = async () => (await buyer.account()).plan.plan.code
      const dialog = page.getByRole('dialog')
      const upgrade = page.getByRole('button', { name: 'Upgrade to Individual' })
      await upgrade.waitFor()
      const own = page.getByRole('button', { name: 'Your plan' })
      expect(await own.getAttribute('aria-disabled')).toBe('true')
      // The cards look as those of the dashboard: prices on one line, no circles and no discs.
      const places = await page.evaluate<number[]>(
        `[...document.querySelectorAll('.sg-price')].map((price) => Math.round(price.getBoundingClientRect().top))`,
      )
      expect([places.length > 2, new Set(places).size]).toEqual([true, 1])
      const looks = await page.evaluate<string[]>(
        `[['.sg-bullets', 'listStyleType'], ['.sg-interval input', 'opacity'], ['.sg-card', 'fontFamily']].map(([part, value]) => getComputedStyle(document.querySelector(part))[value])`,
      )
      expect(looks).toEqual(['none', '0', expect.stringMatching(/Geist.*sans-serif/)])
      await upgrade.click()
      await dialog.getByText(/^Due today: \$\d/).waitFor()
      await dialog.getByText('Starts on January 15, 2026').waitFor()
      if (SCREENSHOTS) await page.screenshot({ path: `${SCREENSHOTS}/plan-change.png` })
      for (let times = 0; times < 6; times++) {
        await page.keyboard.press('Tab')
        // After its last element, the focus passes through the frame of the browser.
        expect(await page.locator('.sg-cards :focus, .sg-intervals :focus').count()).toBe(0)
      }
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'detached' })
      expect([await page.locator(':focus').textContent(), await planCode()]).toEqual(['Upgrade to Individual', 'plus'])
      await page.keyboard.press('Enter')
      await dialog.getByRole('button', { name: /^Pay \$\d+\.\d\d and confirm$/ }).click()
      await dialog.getByText(/^The plan changes to Individual/).waitFor()
      await dialog.getByRole('button', { name: 'Continue' }).click()
      await eventually(planCode, (code) => code === 'individual')
      await page.getByRole('button', { name: 'Change to Plus' }).click()
      await dialog.getByText('Due today: $0.00').waitFor()
      await dialog.getByRole('button', { name: 'Confirm' }).click()
      await dialog.getByRole('button', { name: 'Continue' }).click()
      await expectText('Your plan changes to Plus on February 15, 2026.')
      if (SCREENSHOTS) await page.screenshot({ path: `${SCREENSHOTS}/scheduled-change.png` })
      await page.getByRole('button', { name: 'Keep Individual' }).click()
      await page.getByText('Your plan changes to Plus').waitFor({ state: 'detached' })
      await page.getByRole('button', { name: 'Change to Plus' }).waitFor()
    })

    it('repeat a denied act by themselves when the webhook of the payment is late and no page confirms it', async () => {
      await server.sandboxControl('POST', 'faults', { match: { event: '*' }, action: 'delay', delay: 4_000 })
      await openStory(page, origin, await story('carl@example.com', 'new-tab'))
      const popup = page.waitForEvent('popup')
      await upgrade()
      const tab = await popup
      await tab.route(`${origin}/**`, (route) => route.abort())
      await pay(tab)
      await tab.waitForEvent('requestfailed')
      expect(await page.getByText('Not deployed').count()).toBe(1)
      await expectDeployed()
      await server.sandboxControl('DELETE', 'faults')
      expect(loads).toBeLessThanOrEqual(2)
    })
  })

  describe('within a community', () => {
    let server: TestServer
    beforeAll(async () => {
      server = await startTestServer({ env: { CATALOG: 'communities', PARENT_APP_URL: origin, CORS_ORIGINS: origin } })
    })
    afterAll(() => server.close())
    const tokenOf = (email: string, community: string, communityRole: 'admin' | 'member' = 'admin') =>
      server.token(email, { communityId: community, communityRole })
    const open = async (story: string, email: string, community: string) =>
      openStory(
        page,
        origin,
        { story, url: `${server.url}/graphql`, token: await tokenOf(email, community), community },
        `/c/${community}/`,
      )

    it('sell a plan in the billing section, and open the portal', async () => {
      await open('billing', 'ann@example.com', '42')
      await expectText('Free')
      await page.getByRole('button', { name: 'Upgrade' }).click()
      await page.waitForURL(`${server.sandbox.url}/**`)
      await pay(page)
      await page.waitForURL(`${origin}/c/42/**`)
      await expectText('Paid. You have Pro.')
      await expectText('Renews on February 15, 2026')
      expect(new URL(page.url()).search).toBe('')
      await page.getByRole('button', { name: 'Manage billing' }).click()
      await page.waitForURL(`${server.sandbox.url}/**`)
    })

    it('show a payment of another admin without a load', async () => {
      await open('billing', 'bob@example.com', '43')
      await expectText('Free')
      const token = await tokenOf('carl@example.com', '43')
      await new Buyer(server, token, 'carl@example.com').buy('startSubscription', { plan: 'pro' })
      await expectText('Active')
      expect(loads).toBe(1)
    })

    it('show a payment that ends while they are read for the first time', async () => {
      const paid = receivedMessage(page, 'subscription.activated')
      const buyer = new Buyer(server, await tokenOf('hal@example.com', '47'), 'hal@example.com')
      await delayFirstResult(page, 'Account', async () => {
        await buyer.buy('startSubscription', { plan: 'pro' })
        await paid
      })
      await open('billing', 'ivy@example.com', '47')
      await expectText('Active')
      expect(loads).toBe(1)
    })

    it('show members no button, and the plan that the admin buys', async () => {
      const admin = new Buyer(server, await tokenOf('gina@example.com', '46'), 'gina@example.com')
      await admin.account()
      await openStory(
        page,
        origin,
        {
          story: 'billing',
          url: `${server.url}/graphql`,
          token: await tokenOf('fred@example.com', '46', 'member'),
          community: '46',
        },
        '/c/46/',
      )
      await expectText('Free')
      const section = page.getByRole('region', { name: 'Billing' })
      await section.getByText('Owners and admins manage billing.').waitFor()
      expect(await section.getByRole('button').count()).toBe(0)
      await admin.buy('startSubscription', { plan: 'pro' })
      await expectText('Active')
      expect([await section.getByRole('button').count(), loads]).toEqual([0, 1])
    })

    it('move a meter while messages are consumed, and offer the plan near the limit', async () => {
      await open('usage', 'dora@example.com', '44')
      await expectText('0 of 100 used')
      const key = await server.serviceKey(['entitlements:use', 'entitlements:write'])
      const consume = async (amount: number) => {
        const { errors, data } = await server.graphql<{ consume: { __typename: string } }>(
          `mutation ($amount: SafeInt!) { consume(input: { accountId: "community:44", feature: "ai_chat_message", amount: $amount }, key: "m-${amount}") { denial { code } } }`,
          { amount },
          key,
        )
        expect([errors, data.consume.__typename]).toEqual([undefined, 'Consumption'])
      }
      await consume(50)
      await expectText('50 of 100 used')
      expect(await page.getByText('The limit is near.').count()).toBe(0)
      await consume(35)
      await expectText('85 of 100 used')
      await expectText('The limit is near.')
      await page.getByRole('button', { name: /Pro/ }).click()
      await page.waitForURL(`${server.sandbox.url}/**`)
      expect(loads).toBe(1)
    })
  })
})
