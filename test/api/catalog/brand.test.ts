import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCheckout } from '#test/support/buy-plan.js'
import { contrast, mailFrameOf } from '#services/catalog/definition/brand.js'
import { framedMail } from '#services/kernel/mail/mail-template.js'
import { change, emailsTo, mailedToken, person, type Person } from '#test/support/members.js'
import { SAMPLE_MAILS } from '#test/support/sample-mails.js'
import { subscribe } from '#test/support/subscribers.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const BRAND =
  'brand: { name: Acme & Co, logo: "https://pictures.example/acme.png", accent: "#f59e0b", address: "1 Main Street, Springfield" }'
/** The accent, darker, so that white text on it can be read. */
const BUTTON = /^#a[0-9a-f]{5}$/

/** File of a catalog of the repository with another brand. */
function brandedCatalog(): string {
  const path = join(mkdtempSync(join(tmpdir(), 'stackgate-catalog-')), 'branded.yaml')
  writeFileSync(path, readFileSync('catalogs/agileforge.yaml', 'utf8').replace(/^brand:.*$/m, BRAND))
  return path
}

describe('The brand of the catalog', () => {
  let server: TestServer
  let ann: Person
  beforeAll(async () => {
    const pages = mkdtempSync(join(tmpdir(), 'stackgate-pages-'))
    mkdirSync(join(pages, 'assets'))
    writeFileSync(join(pages, 'assets/geist-latin-wght-normal-1234.woff2'), 'font')
    writeFileSync(join(pages, 'index.html'), '<html><head></head><body></body></html>')
    server = await startTestServer({ env: { CATALOG: brandedCatalog(), DASHBOARD: pages } })
    ann = await person(server, 'ann@example.com')
  })
  afterAll(() => server.close())

  it('is known to the dashboard before it is shown, and its page may load the logo', async () => {
    const config = (await (await fetch(`${server.url}/dashboard/config.json`)).json()) as {
      brand: { colors: { light: object; dark: object } }
    }
    expect(config.brand).toEqual({
      name: 'Acme & Co',
      logo: 'https://pictures.example/acme.png',
      colors: {
        light: { text: expect.any(String), background: expect.any(String), filled: expect.stringMatching(BUTTON) },
        dark: { text: expect.any(String), background: expect.any(String), filled: expect.stringMatching(BUTTON) },
      },
    })
    const policy = (await fetch(`${server.url}/dashboard/`)).headers.get('content-security-policy')
    expect(policy).toContain("img-src 'self' data: https://pictures.example;")
  })

  it('is on the checkout of the provider', async () => {
    const session = await startCheckout(server, ann.token, { plan: 'professional' })
    const stripe = await fetch(`${server.sandbox.url}/v1/checkout/sessions/${session}`, {
      headers: { authorization: 'Bearer sk_test_sandbox_server' },
    })
    const { branding_settings: branding } = (await stripe.json()) as { branding_settings: object }
    expect(branding).toMatchObject({
      display_name: 'Acme & Co',
      logo: { type: 'url', url: 'https://pictures.example/acme.png' },
      button_color: expect.stringMatching(BUTTON),
    })
    const page = await fetch(`${server.sandbox.url}/c/pay/${session}`)
    const html = await page.text()
    expect(html).toContain('Acme &amp; Co')
    const [, accent] = /<style>:root { --accent: (#\w{6});[^<]*<\/style>/.exec(html)!
    expect(accent).toMatch(BUTTON)
    expect(page.headers.get('content-security-policy')).toMatch(/style-src 'sha256-[^']+' 'sha256-[^']+';/)
  })

  it('gives its accent to pages outside of the dashboard, with its font', async () => {
    const page = await fetch(`${server.url}/missing`, { headers: { accept: 'text/html' } })
    const html = await page.text()
    expect(html).toMatch(/--accent: #a[0-9a-f]{5}/)
    expect(page.headers.get('content-security-policy')).toContain("font-src 'self'")
    const [, path] = /url\('([^']+)'\)/.exec(html)!
    const font = await fetch(new URL(path!, server.url))
    expect([font.headers.get('content-type'), await font.text()]).toEqual(['font/woff2', 'font'])
  })

  it('is the frame and the sender of mails', async () => {
    await change(server, ann, 'inviteMember(email: "bob@example.com", role: MEMBER)')
    await mailedToken(server, 'bob@example.com')
    const [mail] = emailsTo(server, 'bob@example.com')
    expect(mail).toMatch(/^From: "?Acme & Co"? <billing@/m)
    expect(mail).toContain('<img src="https://pictures.example/acme.png" alt="Acme &amp; Co"')
    expect(mail).toMatch(/^--=20\r?\nAcme & Co\r?\n1 Main Street, Springfield/m)
  })

  it('is on every page and in every mail for a buyer, with an accent that can be read', async () => {
    const open = await startCheckout(server, ann.token, { plan: 'professional' })
    const { accountId, token, customerId } = await subscribe(server, 'cleo@example.com', { plan: 'professional' })
    // The plan has a trial.
    await server.advanceTo('2026-02-01T12:00:00Z')
    const { data } = await eventually(
      () => server.graphql<Links>(LINKS, { accountId }, token),
      (found) => found.data.account.billing.purchases.nodes.length > 0,
    )
    const { invoices, purchases } = data.account.billing
    const [portal, confirmation] = await portalPages(customerId)
    const { data: charges } = await eventually(
      () => stripe<{ data: { receipt_url: string }[] }>('GET', 'charges?limit=1'),
      (found) => found.data.length > 0,
    )
    const pages: Readonly<Record<string, string>> = {
      'the start page': server.url,
      'a missing page': `${server.url}/missing`,
      'the way back': `${server.url}/billing/return`,
      'the way back without a payment': `${server.url}/billing/return?cancelled=1`,
      'an open checkout': `${server.sandbox.url}/c/pay/${open}`,
      'a paid checkout': await paidCheckout(),
      'the portal': portal!,
      'a page of the portal': confirmation!,
      'an invoice': invoices.nodes[0]!.url,
      'a receipt of the provider': charges[0]!.receipt_url,
    }
    const missing: string[] = []
    // Browsers are led from the start page to the dashboard.
    for (const [name, url] of Object.entries(pages)) {
      const html = await (await fetch(url, { headers: { accept: url === server.url ? '*/*' : 'text/html' } })).text()
      const text = html.replaceAll(/<(?:style|script)[^]*?<\/(?:style|script)>/g, '')
      if (!/>\s*Acme &amp; Co/.test(text)) missing.push(`${name} does not name the seller`)
      if (!text.includes('https://pictures.example/acme.png')) missing.push(`${name} has no logo`)
      const accent = [...html.matchAll(/--accent: (#\w{6})/g)].at(-1)?.[1] ?? ''
      if (!/^#[a-f]\w+$/.test(accent) || contrast(accent, '#ffffff') < 4.5)
        missing.push(`${name} has the accent ${accent}`)
    }
    const pdf = await (await fetch(`${invoices.nodes[0]!.url}/pdf`)).text()
    if (!pdf.includes('Acme & Co')) missing.push('the PDF of an invoice does not name the seller')
    const receipt = await fetch(purchases.nodes[0]!.receiptUrl, { headers: { authorization: `Bearer ${token}` } })
    expect(receipt.status).toBe(200)
    for (const mail of SAMPLE_MAILS)
      for (const language of ['EN', 'DE', 'ES'] as const) {
        const { html, text } = framedMail(mail.write(language), mailFrameOf(server.app.context.catalog.current().brand))
        if (!html.includes('Acme &amp; Co') || !text.includes('Acme & Co'))
          missing.push(`the mail ${mail.name} in ${language} does not name the seller`)
      }
    expect(missing).toEqual([])
  })

  async function stripe<Found>(
    method: 'GET' | 'POST',
    path: string,
    fields: Record<string, string> = {},
  ): Promise<Found> {
    const response = await fetch(`${server.sandbox.url}/v1/${path}`, {
      method,
      headers: { authorization: 'Bearer sk_test_sandbox_server' },
      ...(method === 'POST' ? { body: new URLSearchParams(fields) } : {}),
    })
    return (await response.json()) as Found
  }

  async function paidCheckout(): Promise<string> {
    const { data } = await stripe<{ data: { id: string; status: string }[] }>(
      'GET',
      'checkout/sessions?status=complete',
    )
    return `${server.sandbox.url}/c/pay/${data[0]!.id}`
  }

  /** The portal of a customer, and its page before a cancellation. */
  async function portalPages(customer: string): Promise<string[]> {
    const { url } = await stripe<{ url: string }>('POST', 'billing_portal/sessions', { customer })
    const html = await (await fetch(url)).text()
    const [, cancellation] = /action="([^"]+\/cancel[^"]*)"/.exec(html) ?? []
    return [url, cancellation === undefined ? url : new URL(cancellation, url).href]
  }
})

const LINKS = `query ($accountId: ID) { account(id: $accountId) { billing {
  invoices(first: 1) { nodes { url } } purchases(first: 1) { nodes { receiptUrl } } } } }`

interface Links {
  readonly account: {
    readonly billing: {
      readonly invoices: { readonly nodes: readonly { readonly url: string }[] }
      readonly purchases: { readonly nodes: readonly { readonly receiptUrl: string }[] }
    }
  }
}
