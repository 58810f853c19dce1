import { noBrowser } from '#test/support/browser.js'
import { startDashboard, type DashboardServer } from '#test/support/dashboard-page.js'
import { describeUnless } from '#test/support/skip.js'

describeUnless(noBrowser)('The dashboard of a server that accepts only trusted documents', () => {
  let dashboard: DashboardServer
  beforeAll(async () => {
    dashboard = await startDashboard({ env: { TRUSTED_DOCUMENTS_ONLY: 'true' } })
  })
  afterAll(() => dashboard.close())

  it.each(['Ann', 'Vera', 'Ops'] as const)('shows its pages to %s', async (name) => {
    const window = await dashboard.open('/')
    let requests = 0
    const rejected: string[] = []
    window.page.on('response', (response) => {
      if (!response.url().includes('/graphql')) return
      requests += 1
      if (response.status() >= 400) rejected.push(response.url())
      void response.text().then(
        (text) => (text.includes('DOCUMENT_NOT') ? rejected.push(text) : undefined),
        () => undefined,
      )
    })
    await window.signIn(name)
    await window.loaded()
    const links = await window.page.locator('nav a').all()
    const addresses = new Set(await Promise.all(links.map((link) => link.getAttribute('href'))))
    for (const address of addresses) {
      await window.page.goto(new URL(address!, window.page.url()).href)
      await window.loaded()
    }
    expect(addresses.size).toBeGreaterThan(3)
    expect(rejected).toEqual([])
    expect(window.problems).toEqual([])
    expect(requests).toBeGreaterThan(addresses.size)
    await window.close()
  })
})
