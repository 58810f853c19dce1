import { noBrowser } from '#test/support/browser.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { dashboardRoutes } from '#test/support/dashboard-routes.js'
import { dashboardPagesOf } from '#modules/compose.js'
import { installedModules } from '#modules/installed-modules.js'
import { readViewer } from '#test/support/accounts.js'
import { describeUnless } from '#test/support/skip.js'
import { WITHOUT_PROVIDERS } from '#test/support/without-providers.js'

/** The types of the dashboard are not those of the server. */
const MODULE: string = '../../dashboard/src/session/config.js'

interface Pages {
  readonly isServed: (page: string) => boolean
  readonly keepPages: (pattern: string) => void
}

/** Addresses of the links on the page, below the dashboard. */
const LINKS = `[...document.querySelectorAll('a[href*="/dashboard/"]')].map(({ pathname }) => pathname.replace('/dashboard', ''))`

describeUnless(noBrowser)('Pages of the dashboard with some modules', () => {
  describe.each([
    ['core', ['core'], 1],
    ['core and operations', ['core', 'operations'], 2],
    ['core and billing', ['core', 'billing', 'stripe'], 1],
  ] as const)('%s', (_, modules, persons) => {
    let dashboard: DashboardServer
    let view: DashboardPage
    let account: string
    let isServed: Pages['isServed']
    beforeAll(async () => {
      const pages = (await import(MODULE)) as Pages
      pages.keepPages(dashboardPagesOf(await installedModules(modules)))
      isServed = pages.isServed
      const providers = modules.includes('billing' as never) ? {} : WITHOUT_PROVIDERS
      dashboard = await startDashboard({ env: { CATALOG: 'agileforge', MODULES: modules.join(','), ...providers } })
      view = await dashboard.open('/')
      await view.loaded()
      expect(await view.page.getByRole('button', { name: /^Sign in as / }).count()).toBe(persons)
      const person = isServed('/ops/accounts') ? 'Ops' : 'Ann'
      await view.signIn(person)
      const token = await dashboard.server.token(`${person.toLowerCase()}@example.com`)
      account = (await readViewer(dashboard.server, token))!.account.id
    })
    afterAll(() => dashboard.close())

    const paths = () =>
      dashboardRoutes().map((route) => route.replace('$account', account).replaceAll(/\$\w+/g, 'none'))

    it('are those of the modules, and lead to no others', async () => {
      const wrong: unknown[] = []
      for (const path of paths()) {
        await view.page.goto(`${dashboard.server.url}/dashboard${path}`)
        await view.loaded()
        const heading = await view.page.locator('main h1').first().textContent()
        const links = await view.page.evaluate<string[]>(LINKS)
        const absent = links.filter((link) => !isServed(link))
        const unread = await view.page.getByText(/could not be read/).allTextContents()
        const isWrong = (heading === 'Not found') === isServed(path) || heading === 'Something went wrong'
        if (isWrong || absent.length > 0 || unread.length > 0) wrong.push([path, heading, absent, unread])
      }
      expect(wrong).toEqual([])
      expect(view.problems).toEqual([])
      expect(paths().filter((path) => !isServed(path)).length).toBeGreaterThan(10)
    })

    it.each([375, 1280])('have a frame at %i pixels', async (width) => {
      const narrow = await dashboard.open('/', { width })
      await narrow.signIn('Ann')
      for (const page of ['', '/usage', '/keys']) {
        await narrow.page.goto(`${narrow.page.url().replace(/(\/a\/[^/]+).*/, '$1')}${page}`)
        await narrow.loaded()
        expect(await narrow.scrollsSideways()).toBe(false)
      }
      expect(narrow.problems).toEqual([])
      await narrow.close()
    })
  })
})
