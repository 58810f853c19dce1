import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCheckout } from '#test/support/buy-plan.js'
import { change, emailsTo, mailedToken, person, type Person } from '#test/support/members.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

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
    const [, style] = /<style>(\.pay [^<]*)<\/style>/.exec(html)!
    expect(style).toMatch(/background: #a/)
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
})
