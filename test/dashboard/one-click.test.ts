import { remedyDocuments } from '@stackgate/client'
import type { Page } from 'playwright-core'
import { readViewer } from '#test/support/accounts.js'
import { noBrowser } from '#test/support/browser.js'
import { Buyer } from '#test/support/buyer.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { describeUnless } from '#test/support/skip.js'

/** Mutations that one click may send, with the reason. */
const HARMLESS: Readonly<Record<string, string>> = {
  startSubscription: 'opens a page of the payment provider, which names the amount',
  purchasePackage: 'opens a page of the payment provider, which names the amount',
  purchaseTemplate: 'opens a page of the payment provider, which names the amount',
  openBillingPortal: 'opens a page of the payment provider',
  cancelAccountDeletion: 'withdraws a deletion, and charges nothing',
  resumeSubscription: 'withdraws a scheduled change: the account keeps what it pays',
  setSpendCap: 'raises a cap to the value that the button names, and charges nothing',
}

/** Remedies of each form, with every mutation of `remedyDocuments`. */
const REMEDIES: Readonly<Record<string, object>> = {
  addAddon: { mutation: 'addAddon', input: { package: 'seats', quantity: 1 } },
  removeAddon: { mutation: 'removeAddon', input: { package: 'seats', quantity: 1 } },
  cancelSubscription: { mutation: 'cancelSubscription', input: { at: 'NOW' } },
  changePlan: { mutation: 'changePlan', input: { input: { plan: 'business', interval: { unit: 'MONTH', count: 1 } } } },
  openBillingPortal: { mutation: 'openBillingPortal', input: {} },
  purchasePackage: { mutation: 'purchasePackage', input: { input: { package: 'pack', quantity: 1 } } },
  purchaseTemplate: { mutation: 'purchaseTemplate', input: { input: { templateId: 't' } } },
  resumeSubscription: { mutation: 'resumeSubscription', input: {} },
  cancelAccountDeletion: { mutation: 'cancelAccountDeletion', input: {} },
  setSpendCap: { mutation: 'setSpendCap', input: { input: { feature: 'f', period: 'MONTH', limit: { units: 1 } } } },
  startSubscription: {
    mutation: 'startSubscription',
    input: { input: { plan: 'business', interval: { unit: 'MONTH', count: 1 } } },
  },
  page: { url: 'https://pay.example/1' },
  repetition: { input: { input: { provider: 'STRIPE' } } },
  wait: { kind: 'WAIT' },
}

const DENIAL = {
  code: 'QUOTA_EXCEEDED',
  message: 'The limit is reached.',
  issues: [],
  quantity: null,
  remedies: Object.entries(REMEDIES).map(([type, fields]) => ({
    kind: 'UPGRADE_PLAN',
    label: `Lift it by ${type}`,
    url: null,
    at: null,
    quantity: 1,
    price: null,
    total: null,
    mutation: null,
    input: null,
    ...fields,
  })),
}

interface PlanOffersResult {
  readonly data: { readonly plans: { readonly code: string; offer: object }[] }
}

/** Answers every mutation with an error, adds each remedy to the first plan, and returns the names of the mutations. */
async function watchMutations(page: Page): Promise<string[]> {
  const sent: string[] = []
  await page.route('**/graphql', async (route) => {
    const operations = [route.request().postDataJSON() as { query?: string } | { query?: string }[] | null].flat()
    const found = operations.map((one) => /^\s*(query|mutation)\s+(\w+)/m.exec(one?.query ?? '') ?? [])
    const mutations = found.flatMap(([, kind, name]) => (kind === 'mutation' ? [name!] : []))
    sent.push(...mutations.map((name) => name[0]!.toLowerCase() + name.slice(1)))
    if (mutations.length > 0)
      return route.fulfill({ json: { errors: [{ message: 'Not executed.', extensions: { code: 'BAD_USER_INPUT' } }] } })
    const index = found.findIndex(([, , name]) => name === 'PlanOffers')
    if (index < 0) return route.continue()
    const response = await route.fetch().catch(() => null)
    if (!response) return
    const json = (await response.json()) as PlanOffersResult | PlanOffersResult[]
    const plan = [json].flat()[index]!.data.plans.find(({ code }) => code === 'business')!
    plan.offer = { ...plan.offer, action: 'DOWNGRADE', denial: DENIAL }
    await route.fulfill({ response, json }).catch(() => undefined)
  })
  return sent
}

describeUnless(noBrowser)('One click in the dashboard', () => {
  let dashboard: DashboardServer
  let window: DashboardPage
  let sent: string[]
  let account: string
  beforeAll(async () => {
    dashboard = await startDashboard({ env: { CATALOG: 'agileforge' } })
    const { server } = dashboard
    const buyer = new Buyer(server, await server.token('ann@example.com'), 'ann@example.com')
    account = (await readViewer(server, buyer.token))!.account.id
    await buyer.buy('startSubscription', { plan: 'professional' })
    window = await dashboard.open('/')
    await window.signIn('Ann')
    await window.page.waitForURL('**/plans')
    sent = await watchMutations(window.page)
  })
  afterAll(() => dashboard.close())

  it.each([
    ['plans', 'Extra Storage', 'Lift it by addAddon'],
    ['billing', 'Cancel subscription'],
    ['usage', 'Spend caps'],
  ])('on any button of the page "%s" starts neither a payment nor a change of the plan', async (path, ...shown) => {
    const { page } = window
    const address = `${dashboard.server.url}/dashboard/a/${account}/${path}`
    const open = async () => {
      await page.goto(address)
      // The remedies of a denial are loaded when one is shown.
      for (const text of shown) await page.getByText(text).first().waitFor()
      await window.loaded()
    }
    await open()
    const buttons = page.getByRole('main').getByRole('button')
    const count = await buttons.count()
    const clicked: string[] = []
    for (let index = 0; index < count; index++) {
      const button = buttons.nth(index)
      const name = (await button.getAttribute('aria-label')) ?? (await button.textContent()) ?? ''
      if (await button.isDisabled()) continue
      sent.length = 0
      await button.click()
      // A button that charges at once sends its request now.
      await page.waitForTimeout(300)
      clicked.push(name)
      expect([name, sent.filter((mutation) => !(mutation in HARMLESS))]).toEqual([name, []])
      await open()
    }
    const remedies = [...Object.keys(REMEDIES), ...Object.keys(remedyDocuments())]
    const expected = ['Change to Starter', 'Add Extra Storage', ...remedies]
    const missed = expected.filter((text) => text !== 'wait' && !clicked.some((name) => name.includes(text)))
    if (path === 'plans') expect([clicked, missed]).toEqual([clicked, []])
    expect(clicked.length).toBeGreaterThan(0)
  })
})
