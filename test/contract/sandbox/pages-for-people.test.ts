import { globSync, readFileSync } from 'node:fs'
import { SetLanguage } from '@stackgate/client/documents'
import type { Browser, Page } from 'playwright-core'
import { describeUnless } from '#test/support/skip.js'
import { noBrowser, openBrowser } from '#test/support/browser.js'
import { auditPage } from './support/page-audit.js'
import { stripeCall } from '#test/support/subscribers.js'
import { TRANSLATED } from '@stackgate/sandbox/pages/page-texts.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

describeUnless(noBrowser)('Sandbox pages on a phone and by keyboard', () => {
  let server: TestServer
  let browser: Browser
  let page: Page
  beforeAll(async () => {
    server = await startTestServer()
    browser = await openBrowser()
    page = await browser.newPage({ viewport: { width: 375, height: 700 } })
  })
  afterAll(async () => {
    await browser.close()
    await server.close()
  })

  const checkout = async (token: string, key: string) => {
    const { data } = await server.graphql<{ startSubscription: { url: string } }>(
      `mutation ($key: String!) { startSubscription(input: { provider: STRIPE, plan: "plus" }, key: $key) { checkout { url } } }`,
      { key },
      token,
    )
    return data.startSubscription.url
  }
  const pay = async (card: string) => {
    await page.getByLabel('Card number').fill(card)
    await page.getByLabel('Expiry').fill('12 / 34')
    await page.getByLabel('CVC').fill('123')
    await page.getByLabel('Name on card').fill('Ann Example')
    await page.getByRole('button', { name: 'Pay' }).click()
  }
  /** No page, and nothing in it, is wider than the screen. */
  const cutOff = () =>
    page.evaluate<string[]>(
      `[document.documentElement, ...document.querySelectorAll('section, table')].flatMap((element) =>
        element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0
          ? [element.tagName + ' ' + element.scrollWidth + ' > ' + element.clientWidth] : [])`,
    )

  it('checkout shows the amount on its button, focuses a decline, and keeps buttons apart', async () => {
    const token = await server.token('phone@example.com')
    await page.goto(await checkout(token, 'k'))
    expect(await page.getByRole('button', { name: /^Pay/ }).textContent()).toBe('Pay $20.00')
    await pay('4000000000000002')
    await page.getByRole('alert').waitFor()
    expect(await page.evaluate(`document.activeElement.getAttribute('role')`)).toBe('alert')
    await pay('4000002500003155')
    const [complete, fail] = await Promise.all(
      ['Complete authentication', 'Fail authentication'].map((name) =>
        page.getByRole('button', { name }).boundingBox(),
      ),
    )
    const apart = Math.max(fail!.y - (complete!.y + complete!.height), fail!.x - (complete!.x + complete!.width))
    expect(apart).toBeGreaterThanOrEqual(8)
    await page.getByRole('button', { name: 'Complete authentication' }).click()
    await page.getByRole('heading', { name: 'Thank you' }).waitFor()
  })

  it('checkout is in the language of its session, and an amount is written as there', async () => {
    for (const [locale, heading, button] of [
      ['de', 'Testkarten', '20,00 $ bezahlen'],
      ['es', 'Tarjetas de prueba', 'Pagar 20,00 US$'],
      ['fr', 'Test cards', 'Pay $20.00'],
    ] as const) {
      const session = await stripeCall<{ url: string }>(server, 'POST', 'checkout/sessions', {
        mode: 'payment',
        locale,
        success_url: 'http://localhost:3000/',
        'line_items[0][quantity]': '1',
        'line_items[0][price_data][currency]': 'usd',
        'line_items[0][price_data][unit_amount]': '2000',
        'line_items[0][price_data][product_data][name]': 'Plus',
      })
      await page.goto(session.url)
      await page.getByText(heading, { exact: true }).waitFor()
      expect((await page.locator('button.pay').innerText()).replaceAll('\u00a0', ' ')).toBe(button)
      expect(await cutOff()).toEqual([])
    }
  })

  it('has a use for each text that is translated', () => {
    const sources = ['pages', 'stripe']
      .flatMap((folder) => globSync(`packages/sandbox/${folder}/**/*.ts`))
      .filter((path) => !path.endsWith('page-texts.ts'))
      .map((path) => readFileSync(path, 'utf8'))
      .join('')
    const units = /^(day|week|month|year)s?$/
    expect(TRANSLATED.filter((text) => !units.test(text) && !sources.includes(text))).toEqual([])
  })

  it('return page has a link to continue, and a dark mode', async () => {
    const background = async (colorScheme: 'dark' | 'light') => {
      await page.emulateMedia({ colorScheme })
      return page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
    }
    await page.goto(`${server.url}/billing/return`)
    expect(await background('dark')).not.toBe(await background('light'))
    expect(await page.getByRole('main').getByRole('link').count()).toBeGreaterThan(0)
  })

  it('portal fits the screen, confirms a cancellation, and shows a paid invoice as paid', async () => {
    const token = await server.token('phone@example.com')
    // The customer is recorded with the event of the purchase.
    const { data } = await eventually(
      () =>
        server.graphql<{ openBillingPortal: { url: string | null } }>(
          `mutation { openBillingPortal { url } }`,
          {},
          token,
        ),
      (answer) => answer.data.openBillingPortal.url !== null,
    )
    await page.goto(data.openBillingPortal.url!)
    await page.getByRole('heading', { name: 'Invoices' }).waitFor()
    expect(await cutOff()).toEqual([])
    await page.getByRole('button', { name: 'Cancel plan' }).click()
    await page.getByRole('heading', { name: 'Cancel your plan?' }).waitFor()
    expect(await cutOff()).toEqual([])
    await page.getByRole('link', { name: 'Back' }).click()
    await page.getByRole('link', { name: /-0001$/ }).click()
    await page.getByText('Amount paid').waitFor()
    expect(await page.getByText('Amount due').count()).toBe(0)
    expect(await cutOff()).toEqual([])
  })

  it('portal, its confirmations and an invoice are in the language that the person chose', async () => {
    const token = await server.token('phone@example.com')
    const portal = async () =>
      (
        await server.graphql<{ openBillingPortal: { url: string } }>(
          `mutation { openBillingPortal { url } }`,
          {},
          token,
        )
      ).data.openBillingPortal.url
    const invoiceOf = async () => {
      await page.getByRole('link', { name: /-0001$/ }).click()
      const text = (await page.locator('main').innerText()).replaceAll('\u00a0', ' ')
      return { language: await page.locator('html').getAttribute('lang'), text }
    }
    for (const [language, words] of [
      [
        'DE',
        {
          invoices: 'Rechnungen',
          cancel: 'Plan kündigen',
          sure: 'Möchten Sie Ihren Plan kündigen?',
          back: 'Zurück',
          paid: 'Bezahlter Betrag\n20,00 $',
        },
      ],
      [
        'ES',
        {
          invoices: 'Facturas',
          cancel: 'Cancelar el plan',
          sure: '¿Quiere cancelar su plan?',
          back: 'Volver',
          paid: 'Importe pagado\n20,00 US$',
        },
      ],
    ] as const) {
      await server.graphql(SetLanguage, { language }, token)
      await page.goto(await portal())
      await page.getByRole('heading', { name: words.invoices }).waitFor()
      expect(await auditPage(page)).toEqual([])
      expect(await cutOff()).toEqual([])
      await page.getByRole('button', { name: words.cancel }).click()
      await page.getByRole('heading', { name: words.sure }).waitFor()
      expect(await cutOff()).toEqual([])
      await page.getByRole('link', { name: words.back }).click()
      const { language: shown, text } = await invoiceOf()
      expect(shown).toBe(language.toLowerCase())
      expect(text).toContain(words.paid)
      expect(await auditPage(page)).toEqual([])
      const { customer } = await stripeCall<{ data: { customer: string }[] }>(server, 'GET', 'invoices').then(
        ({ data }) => data[0]!,
      )
      const { preferred_locales: locales } = await stripeCall<{ preferred_locales: string[] }>(
        server,
        'GET',
        `customers/${customer}`,
      )
      expect(locales).toEqual([language.toLowerCase()])
    }
  })

  it('inspector labels start with the visible text of links and buttons', async () => {
    await page.goto(`${server.sandbox.url}/_sandbox`)
    const odd = await page.evaluate<string[]>(
      `[...document.querySelectorAll('a[aria-label], button[aria-label]')]
        .filter((element) => !element.getAttribute('aria-label').startsWith(element.textContent.trim()))
        .map((element) => element.outerHTML)`,
    )
    expect(odd).toEqual([])
  })
})
