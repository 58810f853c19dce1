import { noBrowser } from '#test/support/browser.js'
import { readViewer } from '#test/support/accounts.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { movedElements } from '#test/support/moved-elements.js'
import { entitlementService } from '#test/support/entitlements.js'
import { describeUnless } from '#test/support/skip.js'
import { eventually } from '#test/support/test-server.js'

/** Folder for pictures of the pages. Default: none are taken. */
const SCREENSHOTS = process.env['SCREENSHOTS']
const LOOKS = [
  ['light', 1280],
  ['dark', 1280],
  ['light', 375],
] as const

/** No violations in each look, and nothing scrolls sideways. */
async function isAccessible(window: DashboardPage, name: string): Promise<void> {
  try {
    for (const [colorScheme, width] of LOOKS) {
      await window.page.emulateMedia({ colorScheme })
      await window.page.setViewportSize({ width, height: 900 })
      if (SCREENSHOTS)
        await window.page.screenshot({ path: `${SCREENSHOTS}/${name}-${colorScheme}-${width}.png`, fullPage: true })
      expect([name, colorScheme, width, await window.axe()]).toEqual([name, colorScheme, width, []])
      expect([name, width, await window.scrollsSideways()]).toEqual([name, width, false])
    }
  } finally {
    await window.page.emulateMedia({ colorScheme: 'light' })
    await window.page.setViewportSize({ width: 1280, height: 900 })
  }
}

async function signedIn(dashboard: DashboardServer, name: 'Ann' | 'Ops'): Promise<DashboardPage> {
  const window = await dashboard.open('/')
  await window.signIn(name)
  await window.page.waitForURL(name === 'Ops' ? '**/ops' : '**/plans')
  await window.live()
  return window
}

async function accountOf(dashboard: DashboardServer, email: string): Promise<string> {
  const { server } = dashboard
  return (await readViewer(server, await server.token(email)))!.account.id
}

describeUnless(noBrowser)('Stories of customers who use credits', () => {
  let dashboard: DashboardServer
  let ann: DashboardPage

  beforeAll(async () => {
    dashboard = await startDashboard({ env: { CATALOG: 'agileforge' } })
    ann = await signedIn(dashboard, 'Ann')
  })
  afterAll(() => dashboard.close())

  it('shows what is used each day, how long the rest lasts, and why a request is refused', async () => {
    const { page, problems } = ann
    const service = await entitlementService(dashboard.server)
    const consume = async (amount: number) =>
      service.consume({ accountId: await accountOf(dashboard, 'ann@example.com'), feature: 'ai_stories', amount })
    await page.getByRole('link', { name: 'Usage and limits' }).click()
    const feature = page.getByRole('region', { name: 'AI stories', exact: true })
    await feature.getByText('0 of 25', { exact: true }).waitFor()
    await feature.getByRole('button', { name: /^Actions for / }).click()
    await page.getByRole('menuitem', { name: 'Explain' }).click()
    await feature.getByText('The next request is allowed.').waitFor()
    await consume(21)
    await feature.getByText('21 of 25', { exact: true }).waitFor()
    await feature.getByText('Near the limit').waitFor()
    const history = page.getByRole('region', { name: 'AI stories over time', exact: true })
    await history
      .getByText(/At the rate of the last seven days, the allowance (is used up on|lasts until it resets on)/)
      .waitFor()
    await history.getByText('Values by day').click()
    await history.getByRole('cell', { name: '21', exact: true }).waitFor()
    await consume(4)
    await feature.getByText('Used up').waitFor()
    await feature.getByText('Why it is refused, and what lifts it').waitFor()
    // A remedy names its price.
    await feature
      .getByRole('button', { name: /: £\d+\.\d\d$/ })
      .first()
      .waitFor()
    await isAccessible(ann, 'usage')
    expect(problems).toEqual([])
  })

  it('warns on every page of a limit that is nearly reached, and leads to what lifts it', async () => {
    const { page, problems } = ann
    await ann.follow('Billing', 'Billing')
    const banner = page.getByRole('status').filter({ hasText: 'AI stories: 25 of 25 are used.' })
    await banner.waitFor()
    await isAccessible(ann, 'near-limit')
    await banner.getByRole('link', { name: 'See plans and packages' }).click()
    await page.getByRole('heading', { name: 'Plans', level: 1 }).waitFor()
    await banner.getByRole('button', { name: 'Hide until it changes' }).click()
    await banner.waitFor({ state: 'detached' })
    await ann.follow('Usage and limits', 'Usage and limits')
    expect(problems).toEqual([])
  })

  it('receives credits that an operator grants, with their expiry', async () => {
    const ops = await signedIn(dashboard, 'Ops')
    await ops.page.goto(
      `${dashboard.server.url}/dashboard/ops/accounts/${await accountOf(dashboard, 'ann@example.com')}`,
    )
    await ops.act('Grant credits')
    const dialog = ops.page.getByRole('dialog')
    await dialog.getByLabel('Amount').fill('40')
    await dialog.getByLabel('Valid for days (optional)').fill('10')
    await dialog.getByLabel('Reason').fill('an apology')
    await dialog.getByRole('button', { name: 'Grant credits' }).click()
    await dialog.waitFor({ state: 'detached' })
    const { page, problems } = ann
    await page.getByRole('region', { name: 'AI stories', exact: true }).getByText('25 of 65', { exact: true }).waitFor()
    await page.getByRole('link', { name: 'Billing' }).click()
    await page.getByRole('region', { name: 'Credits', exact: true }).getByText('40 of 40').waitFor()
    await ann.loaded()
    await isAccessible(ann, 'billing')
    expect([...problems, ...ops.problems]).toEqual([])
    await ops.close()
  })

  it('sells credits on the page of the plans, and shows yearly prices by a link', async () => {
    const { page, problems } = ann
    await page.getByRole('link', { name: 'Plans', exact: true }).click()
    await page.getByText('Yearly').click()
    await page.waitForURL('**/plans?interval=1-YEAR')
    await page.getByRole('region', { name: 'Professional' }).getByText('$100.00').waitFor()
    await page.reload()
    await page.getByRole('region', { name: 'Professional' }).getByText('$100.00').waitFor()
    await ann.loaded()
    await isAccessible(ann, 'plans')
    await page.getByRole('region', { name: '250 AI Stories', exact: true }).getByText('£0.08 each, saves 20%').waitFor()
    const packs = page.getByRole('table', { name: 'Compare packs' })
    const lines = await packs.getByRole('row').allInnerTexts()
    expect(lines.map((line) => line.split('\t').map((cell) => cell.trim()))).toEqual([
      ['Feature', '50 AI Stories', '100 AI Stories', '250 AI Stories'],
      ['Price', '£5.00', '£9.00', '£20.00'],
      ['Price of the units', '£0.10 each', '£0.09 each', '£0.08 each'],
      ['Saved against the smallest', '–', '10%', '20%'],
      ['Valid for', '90 days', '90 days', '120 days'],
      ['AI stories', '50', '100', '250'],
      ['Priority processing', '–', '–', 'Included'],
    ])
    await page.getByRole('button', { name: 'Buy 50 AI Stories' }).click()
    await ann.pay('4242424242424242')
    await page.getByText('Paid. You have 50 AI Stories.').waitFor()
    await page.getByRole('link', { name: 'Billing' }).click()
    await page.getByRole('region', { name: 'Credits', exact: true }).getByText('50 of 50').waitFor()
    await ann.act(
      'Receipt',
      page.getByRole('region', { name: 'Invoices and payments', exact: true }).getByRole('row', { name: '50 AI' }),
    )
    await page.getByRole('heading', { name: 'Receipt' }).waitFor()
    expect(problems).toEqual([])
  })
})

describeUnless(noBrowser)('Stories of customers with many deployments', () => {
  let dashboard: DashboardServer
  let ann: DashboardPage

  beforeAll(async () => {
    dashboard = await startDashboard()
    ann = await signedIn(dashboard, 'Ann')
  })
  afterAll(() => dashboard.close())

  it('changes a row behind the first page, and selects by the presence of the agent', async () => {
    const { page, problems } = ann
    const { server } = dashboard
    const account = await accountOf(dashboard, 'ann@example.com')
    await server.query(
      `insert into deployment (id, hash, account_id, stack, name, status, apps, created_at)
       select 'dep_of_many' || lpad(n::text, 3, '0'), 'many-' || n, $1, 'static', 'App ' || n, 'ACTIVE', '[]', now()
         from generate_series(1, 30) n`,
      [account],
    )
    await server.query(
      `insert into agent (id, account_id, deployment_id, token_hash, token_sealed, system_info, capabilities, presence)
       select 'agt_' || d.id, d.account_id, d.id, d.id, '', '{}', '{}', case when d.hash = 'many-3' then 'DEGRADED' else 'OFFLINE' end
         from deployment d where d.account_id = $1`,
      [account],
    )
    await page.getByRole('link', { name: 'Deployments' }).click()
    await page.getByRole('link', { name: 'App 30' }).waitFor()
    await page.getByRole('button', { name: 'Show older ones' }).click()
    await page.getByRole('link', { name: 'App 2', exact: true }).waitFor()
    const token = await server.token('ann@example.com')
    const rename = async (deploymentHash: string, name: string) => {
      const { data, errors } = await server.graphql(
        `mutation ($id: ID!, $key: String!, $name: String!) { renameDeployment(id: $id, key: $key, name: $name) { deployment { __typename } denial { message } } }`,
        { id: deploymentHash, name, key: deploymentHash },
        token,
      )
      expect([data, errors]).toEqual([{ renameDeployment: { __typename: 'Deployment' } }, undefined])
    }
    await rename('many-2', 'Renamed behind')
    await page.getByRole('link', { name: 'Renamed behind' }).waitFor()
    await page.getByRole('link', { name: 'App 1', exact: true }).waitFor()
    await rename('many-29', 'Renamed first')
    await page.getByRole('link', { name: 'Renamed first' }).waitFor()
    await page.getByRole('link', { name: 'Renamed behind' }).waitFor()

    await page.getByRole('button', { name: 'Filter', exact: true }).click()
    await page.getByRole('combobox', { name: 'Agent' }).selectOption({ label: 'Agent online, with problems' })
    await page.getByRole('link', { name: 'App 30' }).waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'App 3', exact: true }).waitFor()
    expect(new URL(page.url()).search).toBe('?presence=DEGRADED')
    await isAccessible(ann, 'deployments')
    expect(problems).toEqual([])
  })

  it('pays for several servers, sees the price of a change, and the steps that are done', async () => {
    const { page, problems } = ann
    await page.getByRole('link', { name: 'Plans', exact: true }).click()
    await page.getByLabel('Servers').fill('3')
    await page.getByRole('button', { name: 'Choose Basic' }).click()
    await ann.pay('4242424242424242')
    await page.getByText('Paid. You have Basic.').waitFor()
    await page.getByRole('link', { name: 'Billing' }).click()
    await page.getByText('$30.00').first().waitFor()
    await page.getByRole('link', { name: 'Plans', exact: true }).click()
    await page.getByRole('region', { name: 'Plus' }).getByText('Due today: $30.00').waitFor()
    await ann.loaded()
    const own = page.getByRole('region', { name: 'Basic', exact: true })
    expect(await own.getByRole('button', { name: 'Current plan' }).isDisabled()).toBe(true)
    await page
      .getByRole('region', { name: 'Free', exact: true })
      .getByRole('button', { name: 'Change to Free' })
      .waitFor()
    await page.getByText('Yearly, save 16%', { exact: true }).waitFor()
    const compared = page
      .getByRole('table', { name: 'Compare plans' })
      .getByRole('row')
      .filter({ hasText: 'Deployments' })
    expect((await compared.innerText()).split(/\s*\t\s*/)).toEqual(['Deployments', '1', '3', '10', '50'])
    await isAccessible(ann, 'plans-subscribed')
    await ann.follow('Home', 'Home')
    const billing = page.getByRole('main').getByRole('link')
    await billing.filter({ hasText: 'Basic' }).getByText('3 servers, $30.00 per month').waitFor()
    await billing.filter({ hasText: 'Next invoice' }).getByText('$30.00').waitFor()
    await page.getByRole('region', { name: 'Recent activity' }).getByText(/Basic/).first().waitFor()
    // The agents of the deployments count as well.
    await page.getByText('3 of 5 steps are done by ann@example.com.').waitFor()
    await eventually(
      () => page.getByText('Done', { exact: true }).count(),
      (count) => count === 3,
    )
    await isAccessible(ann, 'home')
    expect(problems).toEqual([])
  })

  it('upgrades, opens the page of the payment method, cancels and resumes, each by its button', async () => {
    const { page, problems } = ann
    await ann.follow('Plans', 'Plans')
    await page.getByRole('button', { name: 'Upgrade to Plus' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Due today: $30.00').waitFor()
    await dialog.getByRole('button', { name: 'Pay $30.00 now' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByText('Your plan is Plus.').waitFor()
    await ann.follow('Billing', 'Billing')
    await page.getByRole('button', { name: 'Manage the payment method' }).click()
    await page.getByRole('heading', { name: 'Payment method' }).waitFor()
    await page.getByRole('link', { name: /^Return to / }).click()
    await page.getByRole('button', { name: 'Cancel subscription' }).click()
    await dialog.getByRole('button', { name: 'Cancel subscription' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByText('Ends on February 15, 2026.').waitFor()
    await page.getByRole('button', { name: 'Keep subscription' }).click()
    await page.getByText('Renews on February 15, 2026.').waitFor()
    expect(problems).toEqual([])
  })

  it('does not move buttons while pages with data are loading', async () => {
    const watched = await dashboard.open('/', { watchesPlaces: true })
    await watched.signIn('Ann')
    await watched.live()
    const account = `/a/${await accountOf(dashboard, 'ann@example.com')}`
    const pages = ['plans', 'usage', 'deployments'].map((page) => `${account}/${page}`)
    for (const path of [...pages, '/market']) {
      await watched.page.goto(`${dashboard.server.url}/dashboard${path}`)
      await watched.loaded()
      await watched.live()
      expect([path, await movedElements(watched.page)]).toEqual([path, []])
    }
    await watched.close()
  })

  it('pays a waiting checkout and a failed renewal, without a reload', async () => {
    const failing = await dashboard.open('/')
    const { page, problems } = failing
    await failing.signIn('Vera')
    await page.getByRole('link', { name: 'Plans', exact: true }).click()
    await page.getByRole('button', { name: 'Choose Basic' }).click()
    await page.getByLabel('Card number').waitFor()
    await page.goBack()
    await page.getByRole('link', { name: 'Billing' }).click()
    await page.getByText('Basic begins when you have paid.').waitFor()
    await page.getByText('The payment page of Basic expires').waitFor()
    await failing.loaded()
    await isAccessible(failing, 'pending-plan')
    await page.getByRole('link', { name: 'Continue to the payment' }).click()
    // Pays now and fails at the renewal.
    await failing.pay('4000000000000341')
    await page.getByText('Paid. You have Basic.').waitFor()
    await page.getByRole('link', { name: 'Billing' }).click()
    await page.getByText('Renews on').waitFor()
    const dates = page.getByRole('region', { name: 'Upcoming' })
    await dates.getByRole('listitem').filter({ hasText: 'Basic renews' }).getByText('$10.00').waitFor()
    expect(await page.getByText('Basic begins when you have paid.').count()).toBe(0)
    await dashboard.server.advanceTo('2026-02-16T12:00:00Z')
    const payment = page.getByRole('link', { name: 'Pay $10.00 now' })
    await payment.waitFor()
    await failing.loaded()
    await dates
      .getByRole('listitem')
      .filter({ hasText: 'The payment for Basic is tried again' })
      .getByText('$10.00')
      .waitFor()
    await dates.getByText(/Basic is suspended if its invoice is unpaid/).waitFor()
    await isAccessible(failing, 'past-due')
    const billing = page.url()
    await page.getByText('Past due since February 15, 2026.').first().waitFor()
    expect(await page.getByText('Renews on').count()).toBe(0)
    const next = page.getByRole('region', { name: 'Next invoice' })
    await next.getByText('$10.00', { exact: true }).waitFor()
    await next.getByText('After that, $10.00 is due on March 15, 2026.').waitFor()
    // Every page of the account says it.
    await failing.follow('Keys', 'Keys')
    const notice = page.getByRole('alert').filter({ hasText: '$10.00 for Basic is overdue. Access ends on' })
    await notice.getByText('February 25, 2026').waitFor()
    expect(await notice.getByRole('link').getAttribute('href')).toMatch(/^http/)
    await isAccessible(failing, 'past-due-keys')
    await notice.getByRole('button', { name: 'Change card' }).click()
    await page.getByRole('heading', { name: 'Payment method' }).waitFor()
    await page.getByRole('link', { name: /^Return to / }).click()
    await failing.follow('Billing', 'Billing')
    await failing.act('Timeline', page.getByRole('table', { name: 'Payments' }).locator('tbody tr').first())
    const steps = page.getByRole('dialog')
    await steps.getByText('Payment attempt 1 failed').waitFor()
    await steps.getByText('The plan is suspended if still unpaid').waitFor()
    await isAccessible(failing, 'invoice-steps')
    const pay = steps.getByRole('link', { name: 'Pay $10.00 now' })
    expect(await pay.getAttribute('href')).toBe(await payment.first().getAttribute('href'))
    await page.keyboard.press('Escape')
    await steps.waitFor({ state: 'detached' })
    await payment.click()
    await failing.pay('4242424242424242')
    await page.getByText('Amount paid').waitFor()
    await page.goto(billing)
    await page.getByText('Renews on').waitFor()
    await payment.waitFor({ state: 'detached' })
    expect(problems).toEqual([])
    await failing.close()
  })
})
