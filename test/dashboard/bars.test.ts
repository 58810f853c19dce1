import { noBrowser } from '#test/support/browser.js'
import { cutTexts } from '#test/support/cut-texts.js'
import { fillDashboard } from '#test/support/dashboard-data.js'
import { startDashboard, type DashboardServer } from '#test/support/dashboard-page.js'
import { dashboardRoutes, isOfRoute } from '#test/support/dashboard-routes.js'
import { MAX_LAYOUT_SHIFT, WATCH_LAYOUT_SHIFT } from '#test/support/layout-shift.js'
import { changeableCatalog, type ChangeableCatalog } from '#test/support/next-catalog.js'
import { describeUnless } from '#test/support/skip.js'
import { startWebhookReceiver, type WebhookReceiver } from '#test/support/webhook-receiver.js'

/** Limits of one page: pairs of size and weight of its texts, and heights of its controls. */
const MAX_TYPE_PAIRS = 6
const MAX_CONTROL_HEIGHTS = 3

/** Texts and controls that a person sees. Rows that a press opens are no controls, and the sandbox is no part of a page. */
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
  const controls = 'main :is(button:not(.row, .unfold), select, input:not([type=checkbox], [type=radio]), a[class*=Button])'
  const heights = [...document.querySelectorAll(controls)].filter(isVisible).map((each) => Math.round(each.getBoundingClientRect().height))
  return { pairs: [...pairs], heights: [...new Set(heights)], layoutShift: window.layoutShift, moved: window.moved }
})()`

interface Measured {
  readonly pairs: readonly string[]
  readonly heights: readonly number[]
  readonly layoutShift: number
  readonly moved: readonly string[]
}

/** Visible texts of the page that are no code: codes, IDs, fields and documents are for programs. */
const TEXTS = `(() => {
  const FOR_PROGRAMS = 'code, pre, textarea, script, style, svg, [data-code], .breaking'
  const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT)
  const texts = []
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const { parentElement } = node
    if (!parentElement.closest(FOR_PROGRAMS) && parentElement.checkVisibility()) texts.push(node.textContent.trim())
  }
  return texts.filter(Boolean)
})()`

/** Texts of programs that people do not read as sentences: IDs, event types, actions and addresses. */
const FOR_PROGRAMS = /\b[a-z]{2,4}_\w{5,}|\b[a-z]+_[\da-f-]{36}|…\w+|\b[a-z_]+\.[a-z_]+\b|https?:\/\/\S+|\S+@\S+/g

const UNREADABLE = {
  'a date of a program': /\d{4}-\d\d-\d\d/,
  'a code': /\b[a-z]+_[a-z]+/,
  'a number without separators': /(?<![\w.,#-])\d{5,}(?![\w-])/,
} as const

/** An object that does not exist: its page says so. */
const MISSING_ID = '00000000000000000000000000'

/** Pages whose content depends on how they were reached: other tests follow a payment to them. */
const WITHOUT_BARS: readonly string[] = ['/return']

/** The person who may read a page. */
const personOf = (route: string): 'Ann' | 'Vera' | 'Ops' =>
  route.startsWith('/ops') ? 'Ops' : route.startsWith('/vendor') ? 'Vera' : 'Ann'

describeUnless(noBrowser)('Every page of the dashboard', () => {
  let dashboard: DashboardServer
  let catalog: ChangeableCatalog
  let receiver: WebhookReceiver
  /** Addresses with data. */
  let filled: readonly string[]

  beforeAll(async () => {
    catalog = changeableCatalog()
    receiver = await startWebhookReceiver()
    dashboard = await startDashboard({ env: { CATALOG: catalog.path, ALLOWED_PRIVATE_HOSTS: '127.0.0.1' } })
    const { ann, vera, ops } = await fillDashboard(dashboard.server, { catalog, receiver: receiver.url })
    filled = [ann, vera, ops].flatMap((paths) => Object.values(paths))
  })
  afterAll(async () => {
    await dashboard.close()
    await receiver.close()
    catalog.remove()
  })

  /** All addresses of a route that have data, or one of an object that does not exist. */
  const addressesOf = (route: string): readonly string[] => {
    const known = filled.filter((address) => isOfRoute(address, route))
    const account = filled.find((address) => isOfRoute(address, '/a/$account/plans'))!.split('/')[2]!
    return known.length > 0 ? known : [route.replace('$account', account).replaceAll(/\$\w+/g, MISSING_ID)]
  }

  it.each(['Ann', 'Vera', 'Ops'] as const)(
    'is accessible, does not move, cuts no text, has few sizes, and reads as sentences: pages of %s',
    async (name) => {
      const window = await dashboard.open('/')
      const { page } = window
      await window.signIn(name)
      await page.addInitScript(WATCH_LAYOUT_SHIFT)
      const found: string[] = []
      const routes = dashboardRoutes().filter((route) => personOf(route) === name && !WITHOUT_BARS.includes(route))
      expect(routes.length).toBeGreaterThan(2)
      for (const address of routes.flatMap(addressesOf)) {
        const problem = (text: string) => void found.push(`${address}: ${text}`)
        const measure = async (device: string) => {
          await page.goto(`${dashboard.server.url}/dashboard${address}`)
          await page.getByRole('heading', { level: 1 }).waitFor()
          await window.loaded()
          const { pairs, heights, layoutShift, moved } = await page.evaluate<Measured>(MEASURE)
          if (pairs.length > MAX_TYPE_PAIRS) problem(`sizes of text on a ${device}: ${pairs.join(', ')}`)
          if (heights.length > MAX_CONTROL_HEIGHTS) problem(`heights of controls on a ${device}: ${heights.join(', ')}`)
          for (const text of await cutTexts(page)) problem(`cut on a ${device}: ${text}`)
          if (layoutShift > MAX_LAYOUT_SHIFT) problem(`moved by ${layoutShift} on a ${device}: ${moved.join(', ')}`)
        }
        await measure('desktop')
        for (const text of await page.evaluate<string[]>(TEXTS))
          for (const [kind, pattern] of Object.entries(UNREADABLE))
            if (pattern.test(text.replaceAll(FOR_PROGRAMS, ''))) problem(`${kind}: ${text.slice(0, 100)}`)
        for (const violation of await window.axe()) problem(violation)
        await page.setViewportSize({ width: 375, height: 812 })
        await measure('phone')
        if (await window.scrollsSideways()) problem('scrolls sideways on a phone')
        await page.setViewportSize({ width: 1280, height: 900 })
      }
      expect(found.join('\n')).toBe('')
      expect(window.problems).toEqual([])
      await window.close()
    },
  )
})
