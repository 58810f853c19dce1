import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { noBrowser } from '#test/support/browser.js'
import { silentFor } from '#test/support/capabilities.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { deploymentWithAgent, enqueue, type DeploymentWithAgent } from '#test/support/deployments.js'
import { describeUnless } from '#test/support/skip.js'
import { eventually } from '#test/support/test-server.js'
import { enroll, type AgentItem } from '#test/support/test-agent.js'

const MEBIBYTE = 1_048_576

describeUnless(noBrowser)('Deployments in the dashboard', () => {
  let dashboard: DashboardServer
  let window: DashboardPage
  /** Deployment of Ann, whose agent the tests are. */
  let served: DeploymentWithAgent

  beforeAll(async () => {
    dashboard = await startDashboard()
    served = await deploymentWithAgent(dashboard.server, {
      email: 'ann@example.com',
      capabilities: ['docker', 'logs', 'backup'],
    })
    // A lost command: the agent asks for new work instead of reporting.
    await enqueue(dashboard.server, served)
    await served.agent.wait(5)
    await served.agent.wait(0)
  })
  afterAll(() => dashboard.close())
  afterEach(() => window.close())

  /** Opens the deployment as Ann, by its link in the list. */
  const openDeployment = async (options: Parameters<DashboardServer['open']>[1] = {}) => {
    window = await dashboard.open('/?next=/market', options)
    await window.signIn('Ann')
    await window.page.waitForURL('**/market')
    const { data } = await dashboard.server.graphql<{ viewer: { account: { id: string } } }>(
      `{ viewer { account { id } } }`,
      {},
      served.owner,
    )
    const list = new URL(`/dashboard/a/${data.viewer.account.id}/deployments`, window.page.url()).href
    await window.page.goto(list)
    await window.page.getByRole('link', { name: 'Static Site' }).click()
    await window.page.getByRole('toolbar').waitFor()
    return window
  }
  const row = (text: string) => window.page.getByRole('listitem').filter({ hasText: text }).first()
  /** The next command that the agent receives. */
  const received = async (): Promise<AgentItem> => {
    for (;;) {
      const { body } = await served.agent.wait(10)
      if (body.item) return body.item
    }
  }
  /** The next command after a log was followed: the last reading of the log can still be on its way. */
  const receivedAfterLog = async (): Promise<AgentItem> => {
    for (;;) {
      const command = await received()
      if (command.type !== 'logs') return command
      await report(command, { app_code: 'web', cursor: command.parameters['cursor'], lines: [] })
    }
  }
  const receivedOf = async (type: string): Promise<AgentItem> => {
    for (;;) {
      const command = await received()
      if (command.type === type) return command
    }
  }
  /** Paths to which the agent reports load and alarms. */
  const hooksOfAgent = async () => {
    const { data } = await dashboard.server.graphql<{ rotateAgentToken: { environment: string } }>(
      `mutation ($allowPlainSignature: Boolean, $deploymentId: ID!, $graceSeconds: Int, $key: String!) { rotateAgentToken(allowPlainSignature: $allowPlainSignature, deploymentId: $deploymentId, graceSeconds: $graceSeconds, key: $key) { environment } }`,
      { deploymentId: served.hash, graceSeconds: 3600, key: randomUUID() },
      served.owner,
    )
    const path = (name: string) =>
      new URL(new RegExp(`^${name}=(.*)$`, 'm').exec(data.rotateAgentToken.environment)![1]!).pathname
    return { metrics: path('METRICS_WEBHOOK'), alerts: path('ALERT_WEBHOOK_URL') }
  }
  const report = (command: AgentItem, result: object) =>
    served.agent.report({ command_id: command.command_id, status: 'success', result })

  it('shows the enrollment token once, and changes when the agent registers', async () => {
    const { server } = dashboard
    window = await dashboard.open('/?next=/market/static-site')
    const { page, problems } = window
    await page.getByText('Somebody else').click()
    await page.getByLabel('Email address').fill('bo@example.com')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByRole('button', { name: 'Deploy', exact: true }).click()
    const shown = page.getByRole('region', { name: 'Enrollment token' })
    const first = await shown.innerText()
    const hash = new URL(page.url()).pathname.split('/').at(-1)!
    expect(await page.getByRole('region', { name: 'Command line for the server' }).innerText()).toContain(first)
    await page.reload()
    await page.getByRole('button', { name: 'Show a new enrollment token' }).click()
    const token = await shown.innerText()
    expect(token).not.toBe(first)
    expect((await enroll(server.url, hash, token)).status).toBe(201)
    await page.getByRole('toolbar').waitFor()
    expect(problems).toEqual([])
  })

  it('shows a command queued, running and succeeded without a reload, by keyboard only', async () => {
    const { page, problems } = await openDeployment()
    await page.getByText('Agent online').or(page.getByText('Agent offline')).waitFor()
    const restart = page.getByRole('button', { name: 'Restart', exact: true })
    await restart.focus()
    await restart.press('Enter')
    await row('restart').getByText('queued').waitFor()
    const command = await received()
    await row('restart').getByText('running').waitFor()
    await page.getByText('Agent busy').waitFor()
    await report(command, { status: 'ok', container_state: 'running' })
    await row('restart').getByText('succeeded').waitFor()
    await restart.press('ArrowRight')
    await window.focused(/^Start$/)
    await row('restart').getByRole('button').press('Enter')
    await page.getByRole('dialog').getByText('The container is running.').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await window.focused(/Restart web/)
    expect(problems).toEqual([])
  })

  it('shows the load that a command measured in the panel of the server', async () => {
    const { page, problems } = await openDeployment()
    const server = page.getByRole('region', { name: 'Server', exact: true })
    await server.getByText('No load reported').waitFor()
    await page.getByRole('button', { name: 'Refresh: Server', exact: true }).click()
    const command = await received()
    await report(command, { cpu_usage_pct: 12.4, memory_used_pct: 33.9, disk_used_pct: 23.7 })
    await page.getByRole('dialog').getByText('12.4').first().waitFor()
    await page.keyboard.press('Escape')
    await server.getByLabel('Processor: 12.4%').waitFor()
    await server.getByText(/^Measured /).waitFor()
    expect(problems).toEqual([])
  })

  it('offers no command that the agent does not support, and asks before a dangerous one', async () => {
    const { page, problems } = await openDeployment()
    await page.getByRole('button', { name: 'Restart', exact: true }).waitFor()
    expect(await page.getByRole('button', { name: 'Pause' }).count()).toBe(0)
    await page.getByRole('button', { name: 'Stop', exact: true }).click()
    await page.getByText('web is stopped. It answers no requests until it is started again.').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Stop' }).click()
    const command = await received()
    expect(command.type).toBe('stop')
    // The agent asks for new work instead of reporting. A poll leaves out a command whose row is locked at that moment; the next one finds it.
    const state = { isLost: false }
    const polling = (async () => {
      while (!state.isLost) await served.agent.wait(1)
    })()
    await row('stop').getByText('lost').waitFor()
    state.isLost = true
    await row('stop').getByRole('button').click()
    await page.getByText('It may have run. It was not run again.').waitFor()
    await polling
    expect(problems).toEqual([])
  })

  it('reads the log, follows it, and shows results by their type', async () => {
    const { page, problems } = await openDeployment()
    const lines = (...messages: string[]) => messages.map((message) => ({ stream: 'stdout', message }))
    await page.getByRole('button', { name: 'Logs', exact: true }).click()
    await page.waitForURL('**?tab=logs')
    await report(await received(), { app_code: 'web', cursor: 'after-1', lines: lines('GET / 200') })
    await page.getByRole('log').getByText('GET / 200').waitFor()
    await page.getByRole('button', { name: 'Follow' }).click()
    const next = await received()
    expect(next.parameters['cursor']).toBe('after-1')
    await report(next, { app_code: 'web', cursor: 'after-2', lines: lines('GET /two 200') })
    await page.getByRole('log').getByText('GET /two 200').waitFor()
    await page.getByRole('log').getByText('GET / 200').waitFor()
    await page.getByRole('log').press('Escape')
    await page.getByRole('button', { name: 'Follow' }).waitFor()
    await page.getByRole('button', { name: 'Overview', exact: true }).click()
    await page.getByRole('button', { name: 'Refresh: Containers', exact: true }).click()
    await report(await receivedAfterLog(), {
      containers: [
        {
          name: 'web-1',
          status: 'running',
          image: 'nginx:1.27-alpine',
          cpu_pct: 7.4,
          mem_usage_bytes: 231 * MEBIBYTE,
          mem_limit_bytes: 512 * MEBIBYTE,
        },
        { name: 'cron-1', status: 'exited', image: 'shop-cron:4', cpu_pct: -1, mem_usage_bytes: 1e300 },
      ],
    })
    const containers = page.getByRole('table', { name: 'Containers' })
    const cells = async (name: string) =>
      (await containers.getByRole('row').filter({ hasText: name }).getByRole('cell').allInnerTexts()).map((text) =>
        text.trim(),
      )
    await containers.getByRole('cell', { name: 'web-1' }).waitFor()
    expect(await cells('web-1')).toEqual(['web-1', 'Running', 'nginx:1.27-alpine', '7.4%', '231 MB of 512 MB'])
    expect(await cells('cron-1')).toEqual(['cron-1', 'Stopped', 'shop-cron:4', '–', '–'])
    await containers.getByRole('meter', { name: 'web-1 Memory: 231 MB of 512 MB' }).waitFor()
    await page.getByRole('button', { name: 'Refresh: Server', exact: true }).click()
    await report(await receivedAfterLog(), { cpu_usage_pct: 12.5, memory_used_pct: 61, disk_used_pct: 43 })
    await page.getByRole('dialog').getByText('12.5%').waitFor()
    expect(problems).toEqual([])
  })

  it('searches the lines of a log, shows those of a level, and saves what it shows', async () => {
    const { page, problems } = await openDeployment()
    await page.getByRole('button', { name: 'Logs', exact: true }).click()
    await report(await receivedOf('logs'), {
      app_code: 'web',
      lines: [
        { stream: 'stdout', message: 'GET /shop 200' },
        { stream: 'stdout', message: 'warn: slow answer of /shop' },
        { stream: 'stderr', message: 'no such table: carts' },
        { stream: 'stderr', message: '[notice] worker started' },
      ],
    })
    const log = page.getByRole('log')
    const shown = () => log.locator('.log-line').allInnerTexts()
    await log.getByText('worker started').waitFor()
    await page.getByLabel('Level').selectOption('Warnings and errors')
    expect(await shown()).toEqual(['warn: slow answer of /shop', 'no such table: carts'])
    await page.getByLabel('Level').selectOption('Errors')
    expect(await shown()).toEqual(['no such table: carts'])
    await page.getByLabel('Level').selectOption('All levels')
    await page.getByRole('searchbox', { name: 'Search the lines' }).fill('/SHOP')
    expect(await shown()).toEqual(['GET /shop 200', 'warn: slow answer of /shop'])
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('web.log')
    expect(readFileSync(await download.path(), 'utf8')).toBe('GET /shop 200\nwarn: slow answer of /shop')
    await page.getByLabel('Wrap lines').uncheck()
    expect(await window.axe()).toEqual([])
    await page.getByRole('searchbox', { name: 'Search the lines' }).fill('nothing')
    await log.getByText('No line matches.').waitFor()
    expect(problems).toEqual([])
  })

  it('shows the load, its history and alarms without a reload', async () => {
    const { page, problems } = await openDeployment()
    await page.getByText('No alarms.').waitFor()
    const { server } = dashboard
    // Periods of a chart of a day are longer than a minute.
    for (const [hours, load] of [
      [2, 20],
      [1, 40],
    ])
      await server.query(
        `insert into server_load select id, date_trunc('minute', now()) - make_interval(hours => $2), 60, account_id, 1, $3, $3, 0, 0, null, 0, 0, null
           from deployment where id = $1`,
        [served.id, hours, load],
      )
    const hooks = await hooksOfAgent()
    const now = Date.now()
    const post = async (hook: string, body: object) => {
      const headers = { 'content-type': 'application/json', 'X-Agent-Id': served.agent.identity.id }
      const { status } = await fetch(`${server.url}${hook}`, { method: 'POST', headers, body: JSON.stringify(body) })
      expect(status).toBe(204)
    }
    await post(hooks.metrics, { timestamp_ms: now, cpu_usage_pct: 12.5, memory_used_pct: 61, disk_used_pct: 43 })
    await page.getByRole('meter', { name: 'Memory: 61%' }).waitFor()
    const load = page.getByRole('slider', { name: /^Load of the last 24 hours\./ })
    await load.focus()
    await eventually(
      () => load.getAttribute('aria-valuetext'),
      (text) => /Processor 12\.5%, Memory [\d.]+%, Disk [\d.]+%$/.test(text ?? ''),
    )
    const alarm = { kind: 'high_cpu', severity: 'critical', message: 'CPU at 97 %', value: 97, threshold: 95 }
    await post(hooks.alerts, { alerts: [{ ...alarm, timestamp_ms: now, recovered: false }], timestamp_ms: now })
    await page.getByText('CPU at 97 %').waitFor()
    expect(problems).toEqual([])
  })

  it('shows that the agent is silent, and finds nothing of other accounts', async () => {
    const { page, problems } = await openDeployment()
    await served.agent.wait(0)
    await page.getByText('Agent online').waitFor()
    await silentFor(dashboard.server, served, 120)
    await page.getByText('Agent offline').waitFor()
    await page.getByText('The agent has been silent since').waitFor()
    const other = await deploymentWithAgent(dashboard.server)
    await page.goto(page.url().replace(served.hash, other.hash))
    await page.getByText('There is nothing here, or not for this account.').waitFor()
    expect(problems).toEqual([])
  })

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 375],
  ] as const)(
    'has no accessibility violations in %s at %i pixels, and nothing scrolls sideways',
    async (colorScheme, width) => {
      const { page, problems } = await openDeployment({ colorScheme, width })
      const check = async (name: string) => {
        await window.loaded()
        if (process.env['PICTURES'])
          await page.screenshot({ path: `/tmp/deployments-${name}-${colorScheme}-${width}.png`, fullPage: true })
        expect([name, await window.axe()]).toEqual([name, []])
        expect([name, await window.scrollsSideways()]).toEqual([name, false])
      }
      await page.getByRole('region', { name: 'Latest commands' }).waitFor()
      await check('page')
      for (const tab of ['Logs', 'Configuration', 'Settings', 'Commands'] as const) {
        await page
          .getByRole('navigation', { name: 'Parts of the deployment' })
          .getByRole('button', { name: tab, exact: true })
          .click()
        await check(tab)
      }
      await row('lost').waitFor()
      await row('lost').getByRole('button').click()
      await page.getByRole('dialog').getByRole('button', { name: 'Look at the log' }).waitFor()
      await check('lost')
      await page.keyboard.press('Escape')
      await window.follow('Back to Deployments', 'Deployments')
      await page.getByRole('table').waitFor()
      await check('list')
      expect(problems).toEqual([])
    },
  )
})
