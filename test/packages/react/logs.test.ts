import type { Browser, Page } from 'playwright-core'
import { noBrowser, openBrowser } from '#test/support/browser.js'
import { deploymentWithAgent, enqueue, type DeploymentWithAgent } from '#test/support/deployments.js'
import { describeUnless } from '#test/support/skip.js'
import { openTcpProxy, type TcpProxy } from '#test/support/tcp-proxy.js'
import type { AgentItem } from '#test/support/test-agent.js'
import { eventually, freePort, startTestServer, type TestServer } from '#test/support/test-server.js'
import { openStory, servePage } from './page-server.js'

describeUnless(noBrowser)('useLogs in a browser, with a server and an agent', () => {
  let server: TestServer
  let proxy: TcpProxy
  let browser: Browser
  let origin: string
  let closePage: () => void
  let page: Page
  let served: DeploymentWithAgent
  beforeAll(async () => {
    const port = await freePort()
    origin = `http://127.0.0.1:${port}`
    closePage = await servePage(port)
    server = await startTestServer({ env: { CORS_ORIGINS: origin } })
    proxy = await openTcpProxy({ host: '127.0.0.1', port: Number(new URL(server.url).port) })
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser.close()
    closePage()
    await proxy.close()
    await server.close()
  })
  beforeEach(async () => {
    page = await (await browser.newContext()).newPage()
    served = await deploymentWithAgent(server)
  })
  afterEach(() => page.context().close())

  const open = (redirect?: 'paused', hash = served.hash) =>
    openStory(page, origin, {
      story: 'logs',
      url: `${proxy.through(server.url).replace(/\/$/, '')}/graphql`,
      token: served.owner,
      community: hash,
      ...(redirect ? { redirect } : {}),
    })
  /** The next reading that the agent receives. */
  const received = async (): Promise<AgentItem> => {
    for (;;) {
      const { body } = await served.agent.wait(10)
      if (body.item) return body.item
    }
  }
  const report = async (command: AgentItem, result: object, more: object = {}) => {
    const { status } = await served.agent.report({ command_id: command.command_id, status: 'success', result, ...more })
    expect(status).toBe(200)
  }
  const lines = (...messages: string[]) => messages.map((message) => ({ stream: 'stdout', message }))
  const shown = () => page.getByRole('log').getByRole('listitem').allTextContents()
  const showsLines = (...expected: string[]) =>
    eventually(shown, (texts) => JSON.stringify(texts) === JSON.stringify(expected))
  const status = (text: RegExp) => page.getByRole('status').filter({ hasText: text }).first().waitFor()
  const alert = (text: string) => page.getByRole('alert').filter({ hasText: text }).waitFor()
  const click = (name: string) => page.getByRole('button', { name }).click()
  const readings = async () =>
    (
      await server.query<{ count: number }>(`select count(*)::int as count from command where deployment_id = $1`, [
        served.id,
      ])
    )[0]!.count

  it('follows the log from cursor to cursor, and keeps the latest lines', async () => {
    await open()
    await status(/isFollowing/)
    const first = await received()
    expect([first.type, first.parameters['cursor'], first.parameters['limit']]).toEqual(['logs', undefined, 3])
    await report(first, { app_code: 'web', cursor: 'c1', truncated: true, lines: lines('1', '2') })
    await showsLines('1', '2')
    await status(/isLive.*isTruncated.* 4000/)
    const second = await received()
    expect(second.parameters['cursor']).toBe('c1')
    await report(second, { app_code: 'web', cursor: 'c2', lines: lines('3', '4', '5', '6') })
    await showsLines('2', '3', '4', '5', '6')
    // The lines keep their keys.
    expect(await page.locator('#line-5').textContent()).toBe('6')
    const third = await received()
    await click('Pause')
    await report(third, { app_code: 'web', cursor: 'c3', lines: lines('7') })
    await showsLines('3', '4', '5', '6', '7')
    expect((await served.agent.wait(5)).body.item).toBeNull()
    // StrictMode mounts twice: the first reading was one command.
    expect(await readings()).toBe(3)
  })

  it('joins the newest lines of an agent without cursors', async () => {
    await open('paused')
    await status(/isPending/)
    const read = async (...messages: string[]) => {
      await click('Read')
      const command = await received()
      expect(command.parameters['cursor']).toBeUndefined()
      await report(command, { app_code: 'web', cursor: null, lines: lines(...messages) })
    }
    await read('1', '2', '3')
    await showsLines('1', '2', '3')
    await read('2', '3', '4')
    await showsLines('1', '2', '3', '4')
    // Lines between them can be missing.
    await read('7', '8', '9')
    await showsLines('7', '8', '9')
    await status(/isTruncated/)
    await read()
    await showsLines('7', '8', '9')
    expect(await readings()).toBe(4)
  })

  it('shows every line once over an interruption in the middle of a reading', async () => {
    await open()
    await report(await received(), { app_code: 'web', cursor: 'c1', lines: lines('1') })
    await showsLines('1')
    const command = await received()
    await status(/isReading/)
    await proxy.cut()
    await report(command, { app_code: 'web', cursor: 'c2', lines: lines('2') })
    await proxy.mend()
    await showsLines('1', '2')
    const next = await received()
    expect(next.parameters['cursor']).toBe('c2')
    await report(next, { app_code: 'web', cursor: 'c3', lines: lines('3') })
    await showsLines('1', '2', '3')
    expect(await readings()).toBeLessThanOrEqual(4)
  })

  it('reads with the same key after a lost response', async () => {
    await open('paused')
    await status(/isPending/)
    let lost = 0
    await page.route('**/graphql', async (route) => {
      if (lost > 0 || !route.request().postData()?.includes('enqueueCommand')) return route.continue()
      lost++
      await route.fetch()
      return route.abort()
    })
    await click('Read')
    await report(await received(), { app_code: 'web', cursor: 'c1', lines: lines('1') })
    await showsLines('1')
    expect([lost, await readings()]).toEqual([1, 1])
  })

  it('shows a denial, a failure and an error, and ends the following', async () => {
    await open('paused')
    await status(/isPending/)
    await click('Follow')
    const failing = await received()
    const error = { code: 'log_fetch_failed', message: 'No such container' }
    await report(failing, { app_code: 'web', lines: [], errors: [error] }, { status: 'failed', error: error.message })
    await alert('FAILED')
    expect(await page.locator('#flags').textContent()).not.toContain('isFollowing')
    await click('Follow')
    await report(await received(), { app_code: 'web', cursor: 'c1', lines: lines('1') })
    await showsLines('1')
    expect(await page.getByRole('alert').textContent()).toBe('')
    await click('Pause')
    await server.graphql(
      `mutation ($id: ID!, $key: String!) { stopDeployment(id: $id, key: $key) { denial { code } } }`,
      { id: served.hash, key: 'stop' },
      served.owner,
    )
    await click('Read')
    await eventually(
      () => page.getByRole('alert').textContent(),
      (text) => text !== '',
    )
    await showsLines('1')
    const other = await deploymentWithAgent(server)
    await page.close()
    page = await (await browser.newContext()).newPage()
    await open(undefined, other.hash)
    await alert('NOT_FOUND')
    expect(await page.locator('#flags').textContent()).not.toContain('isFollowing')
  })

  it('waits for the rate of the plan while it follows, and says so otherwise', async () => {
    await open('paused')
    await status(/isPending/)
    // The free plan allows 20 a minute.
    while ((await enqueue(server, served, { command: { logs: { appCode: 'web' } } })).__typename === 'Command');
    await click('Read')
    await alert('RATE_LIMITED')
    const before = await readings()
    await click('Follow')
    await eventually(readings, (count) => count > before, 90_000)
    await status(/isFollowing isLive isReading/)
    expect(await page.getByRole('alert').textContent()).toBe('')
  })
})
