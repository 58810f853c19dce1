import { eventually } from '#test/support/test-server.js'
import { noBrowser } from '#test/support/browser.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { deploymentWithAgent, type DeploymentWithAgent } from '#test/support/deployments.js'
import { MAX_TASK_CPU_MS, traceTasks } from '#test/support/renderer-tasks.js'
import { describeUnless } from '#test/support/skip.js'
import { openTcpProxy, type TcpProxy } from '#test/support/tcp-proxy.js'
import type { AgentItem } from '#test/support/test-agent.js'

/** True if the last line of the log is in view. */
const IS_AT_END = `(() => {
  const { scrollHeight, scrollTop, clientHeight } = document.querySelector('[role=log]')
  return scrollHeight - scrollTop - clientHeight < 40
})()`
/** Lines that the agent returns at once. */
const LINES = 500
const READINGS = 4

describeUnless(noBrowser)('Stories of deployments in the dashboard', () => {
  let dashboard: DashboardServer
  let window: DashboardPage
  let served: DeploymentWithAgent
  /** Way of the browser to the server. */
  let proxy: TcpProxy

  beforeAll(async () => {
    dashboard = await startDashboard()
    const { hostname, port } = new URL(dashboard.server.url)
    proxy = await openTcpProxy({ host: hostname, port: Number(port) })
    served = await deploymentWithAgent(dashboard.server, {
      email: 'ann@example.com',
      capabilities: ['docker', 'logs', 'backup'],
    })
  })
  afterAll(async () => {
    await proxy.close()
    await dashboard.close()
  })
  afterEach(() => window.close())

  const openDeployment = async (base = dashboard.server.url) => {
    window = await dashboard.open('/')
    const { page } = window
    await page.goto(new URL('/dashboard/?next=/market', base).href)
    await window.signIn('Ann')
    await page.waitForURL('**/market')
    const { data } = await dashboard.server.graphql<{ viewer: { account: { id: string } } }>(
      `{ viewer { account { id } } }`,
      {},
      served.owner,
    )
    await page.goto(new URL(`/dashboard/a/${data.viewer.account.id}/deployments/${served.hash}`, base).href)
    await page.getByRole('toolbar').waitFor()
    await window.live()
    return window
  }
  const row = (text: string) => window.page.getByRole('listitem').filter({ hasText: text }).first()
  const received = async (): Promise<AgentItem> => {
    for (;;) {
      const { body } = await served.agent.wait(10)
      if (body.item) return body.item
    }
  }
  /** The next command of a type. Others, for example the last reading of a log that was followed, are reported as done. */
  const receivedOf = async (type: string): Promise<AgentItem> => {
    for (;;) {
      const command = await received()
      if (command.type === type) return command
      const result =
        command.type === 'logs' ? { app_code: 'web', lines: [] } : { status: 'ok', container_state: 'running' }
      await report(command, result)
    }
  }
  const report = (command: AgentItem, result: object) =>
    served.agent.report({ command_id: command.command_id, status: 'success', result })

  it('follows a log of 2,000 lines, and no task is long', async () => {
    const { page, problems } = await openDeployment()
    const log = page.getByRole('log')
    await page.goto(`${page.url()}?tab=logs`)
    await page.getByRole('button', { name: 'Follow' }).click()
    const tasks = await traceTasks(page, async () => {
      for (let reading = 1; reading <= READINGS; reading += 1) {
        const lines = Array.from({ length: LINES }, (_, index) => ({
          ts: '2026-03-02T09:00:00Z',
          stream: index % 50 === 0 ? 'stderr' : 'stdout',
          message: `GET /page/${reading}/${index} 200 in 12 ms`,
        }))
        await report(await received(), { app_code: 'web', cursor: `after-${reading}`, lines })
        await log.getByText(`GET /page/${reading}/${LINES - 1} 200`).waitFor()
      }
    })
    expect(await log.locator('.log-line').count()).toBe(LINES * READINGS)
    // The last line is in view.
    await eventually(
      () => page.evaluate(IS_AT_END),
      (isAtEnd) => isAtEnd === true,
    )
    expect(tasks.maxCpuMs).toBeLessThan(MAX_TASK_CPU_MS)
    await log.press('Escape')
    await page.getByRole('button', { name: 'Follow' }).waitFor()
    expect(problems).toEqual([])
  })

  it('shows what happened while the connection was cut, without a reload', async () => {
    const { page } = await openDeployment(proxy.through(dashboard.server.url))
    await page.getByRole('button', { name: 'Start', exact: true }).click()
    await row('start web').getByText('queued').waitFor()
    await proxy.cut()
    await page.locator('.connection[data-state=live]').waitFor({ state: 'detached' })
    await report(await receivedOf('start'), { status: 'ok', container_state: 'running' })
    await proxy.mend()
    await row('start web').getByText('succeeded').waitFor()
    await window.live()
    expect(await page.getByRole('listitem').filter({ hasText: 'start web' }).count()).toBe(1)
  })

  it('shows when a refused restart is possible again, and what lifts the limit', async () => {
    const { page, problems } = await openDeployment()
    const restart = page.getByRole('button', { name: 'Restart', exact: true })
    const denial = page.getByRole('alert').filter({ hasText: /restart/i })
    // The free plan allows five a minute.
    while ((await denial.count()) === 0) {
      await restart.click()
      await page
        .locator('button:not([data-disabled])', { hasText: /^Restart$/ })
        .and(page.locator(':enabled'))
        .waitFor()
    }
    await denial.getByText(/possible again at|, at /).waitFor()
    expect(await window.axe()).toEqual([])
    expect(problems).toEqual([])
  })

  it('sends a command with the parameters that a person enters', async () => {
    const { page, problems } = await openDeployment()
    await page.getByRole('button', { name: 'More commands' }).click()
    await page.getByRole('menuitem', { name: 'Read the configuration' }).first().click()
    const dialog = page.getByRole('dialog')
    expect(await dialog.getByLabel('App code').inputValue()).toBe('web')
    await page.getByRole('menu').waitFor({ state: 'detached' })
    expect(await window.axe()).toEqual([])
    await dialog.getByRole('button', { name: 'Read the configuration' }).click()
    const command = await receivedOf('fetch_config')
    expect(command.parameters).toMatchObject({ app_code: 'web' })
    expect(problems).toEqual([])
  })

  it('renames a deployment, and shows a new token of its agent once', async () => {
    const { page, problems } = await openDeployment()
    await page.getByRole('button', { name: 'Settings' }).click()
    await page.getByRole('button', { name: 'Rename' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Shop')
    await dialog.getByRole('button', { name: 'Rename' }).click()
    await page.getByRole('heading', { name: 'Shop', level: 1 }).waitFor()
    await page.getByRole('button', { name: 'Replace the token' }).click()
    await dialog.getByRole('button', { name: 'Replace the token' }).click()
    await dialog.getByRole('region', { name: 'Environment of the agent' }).getByText('AGENT_TOKEN').waitFor()
    expect(await window.axe()).toEqual([])
    await page.keyboard.press('Escape')
    // Only the button of a secret closes its dialog.
    await dialog.getByRole('button', { name: 'I have stored it' }).click()
    await dialog.waitFor({ state: 'detached' })
    expect(problems).toEqual([])
  })
})
