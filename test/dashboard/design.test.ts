import { noBrowser } from '#test/support/browser.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { describeUnless } from '#test/support/skip.js'

/** Limits of one page: pairs of size and weight of its texts, heights of its controls, and how much it moves while it is loading. */
const MAX_TYPE_PAIRS = 6
const MAX_CONTROL_HEIGHTS = 3
const MAX_LAYOUT_SHIFT = 0.02

/** Adds up what moves, also what happened before. */
const WATCH = `window.layoutShift = 0
new PerformanceObserver((list) => {
  for (const { hadRecentInput, value } of list.getEntries()) if (!hadRecentInput) window.layoutShift += value
}).observe({ type: 'layout-shift', buffered: true })`

/** Texts and controls that a person sees. The controls of the sandbox are no part of a page. */
const MEASURE = `(() => {
  const isVisible = (element) =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
    element.getBoundingClientRect().width > 1 && !element.closest('.skip, .sandbox, option, script, style, noscript')
  const pairs = new Set()
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    const { data, parentElement } = texts.currentNode
    if (!data.trim() || !isVisible(parentElement)) continue
    const { fontSize, fontWeight } = getComputedStyle(parentElement)
    pairs.add(fontSize + ' ' + fontWeight)
  }
  const controls = 'main :is(button, select, input:not([type=checkbox], [type=radio]), a[class*=Button])'
  const heights = [...document.querySelectorAll(controls)].filter(isVisible).map((each) => Math.round(each.getBoundingClientRect().height))
  return { pairs: [...pairs], heights: [...new Set(heights)], layoutShift: window.layoutShift }
})()`

interface Measured {
  readonly pairs: readonly string[]
  readonly heights: readonly number[]
  readonly layoutShift: number
}

const CUSTOMER = 'plans billing usage deployments team keys webhooks settings activity'.split(' ')
const OPERATOR = 'accounts inbox dead-letters figures catalog usage-batches invariants vendors agents audit'.split(' ')

describeUnless(noBrowser)('The design of the dashboard', () => {
  let dashboard: DashboardServer
  let window: DashboardPage

  beforeAll(async () => {
    dashboard = await startDashboard()
  })
  afterEach(() => window.close())
  afterAll(() => dashboard.close())

  it.each([
    ['customers', 'Ann', CUSTOMER, (page: string) => page.replace(/[^/]*$/, '')],
    ['operators', 'Ops', OPERATOR, (page: string) => `${page}/`],
  ] as const)(
    'has few sizes of text and of controls on pages of %s, which do not move',
    async (_, name, paths, base) => {
      window = await dashboard.open('/')
      const { page } = window
      await window.signIn(name)
      await page.waitForURL(/\/(plans|ops)$/)
      const start = base(page.url())
      await page.addInitScript(WATCH)
      for (const path of paths) {
        await page.goto(start + path)
        await window.loaded()
        const { pairs, heights, layoutShift } = await page.evaluate<Measured>(MEASURE)
        expect([path, pairs.length > MAX_TYPE_PAIRS && pairs]).toEqual([path, false])
        expect([path, heights.length > MAX_CONTROL_HEIGHTS && heights]).toEqual([path, false])
        expect([path, layoutShift > MAX_LAYOUT_SHIFT && layoutShift]).toEqual([path, false])
        await page.setViewportSize({ width: 375, height: 812 })
        expect([path, await window.scrollsSideways()]).toEqual([path, false])
        await page.setViewportSize({ width: 1280, height: 900 })
      }
      expect(window.problems).toEqual([])
    },
  )

  it('opens pages by the command palette, and closes the menu of a phone by Escape', async () => {
    window = await dashboard.open('/')
    const { page } = window
    await window.signIn('Ann')
    await window.loaded()
    await page.keyboard.press('/')
    await page.getByRole('dialog').getByLabel('Go to…').fill('team')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Team', level: 1 }).waitFor()
    await window.loaded()
    await page.setViewportSize({ width: 375, height: 812 })
    await page.getByRole('button', { name: 'Menu' }).click()
    await page.getByRole('link', { name: 'Settings' }).waitFor()
    expect(await window.axe()).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('link', { name: 'Settings' }).waitFor({ state: 'hidden' })
    await window.focused(/Menu/)
    expect(window.problems).toEqual([])
  })
})
