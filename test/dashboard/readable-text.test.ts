import { noBrowser } from '#test/support/browser.js'
import { fillDashboard, type DashboardPaths } from '#test/support/dashboard-data.js'
import { startDashboard, type DashboardServer } from '#test/support/dashboard-page.js'
import { changeableCatalog, type ChangeableCatalog } from '#test/support/next-catalog.js'
import { describeUnless } from '#test/support/skip.js'
import { startWebhookReceiver, type WebhookReceiver } from '#test/support/webhook-receiver.js'

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

describeUnless(noBrowser)('Texts of the dashboard', () => {
  let dashboard: DashboardServer
  let catalog: ChangeableCatalog
  let receiver: WebhookReceiver
  let paths: DashboardPaths

  beforeAll(async () => {
    catalog = changeableCatalog()
    receiver = await startWebhookReceiver()
    dashboard = await startDashboard({ env: { CATALOG: catalog.path, ALLOWED_PRIVATE_HOSTS: '127.0.0.1' } })
    paths = await fillDashboard(dashboard.server, { catalog, receiver: receiver.url })
  })
  afterAll(async () => {
    await dashboard.close()
    await receiver.close()
    catalog.remove()
  })

  it.each([
    ['Ann', 'ann'],
    ['Vera', 'vera'],
    ['Ops', 'ops'],
  ] as const)('have neither codes nor dates and numbers of programs on the pages of %s', async (name, who) => {
    const window = await dashboard.open('/')
    await window.signIn(name)
    const found: string[] = []
    for (const [page, path] of Object.entries(paths[who])) {
      await window.page.goto(`${dashboard.server.url}/dashboard${path}`)
      await window.page.getByRole('heading', { level: 1 }).waitFor()
      await window.loaded()
      for (const text of await window.page.evaluate<string[]>(TEXTS))
        for (const [kind, pattern] of Object.entries(UNREADABLE))
          if (pattern.test(text.replaceAll(FOR_PROGRAMS, ''))) found.push(`${page}: ${kind}: ${text.slice(0, 100)}`)
    }
    expect(found.join('\n')).toBe('')
    expect(window.problems).toEqual([])
    await window.close()
  })
})
