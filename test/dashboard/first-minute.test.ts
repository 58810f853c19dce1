import { spawn, type ChildProcess } from 'node:child_process'
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { noBrowser, openBrowser } from '#test/support/browser.js'
import { builtDashboard } from '#test/support/built-dashboard.js'
import { childEnvironment } from '#test/support/child-environment.js'
import { openPage, type DashboardPage } from '#test/support/dashboard-page.js'
import { freePort } from '#test/support/free-port.js'
import { describeUnless } from '#test/support/skip.js'
import { eventually } from '#test/support/test-server.js'

const PICTURES = 'docs/images'
/** `UPDATE_PICTURES=1` writes the pictures of the README again. */
const isUpdating = process.env['UPDATE_PICTURES'] === '1'
const MAX_BYTES = 100_000

describeUnless(noBrowser)('The first minute', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'stackgate-minute-'))
  let program: ChildProcess
  let said = ''
  let browser: Browser
  let ann: DashboardPage
  let other: DashboardPage

  beforeAll(async () => {
    program = spawn(process.execPath, ['src/start.mjs'], {
      env: {
        ...childEnvironment,
        DATA_DIR: dataDir,
        DASHBOARD: await builtDashboard(),
        PORT: String(await freePort()),
        SANDBOX_PORT: String(await freePort()),
        SANDBOX_CLOCK: '2026-01-15T10:00:00Z',
      },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    program.stdout!.on('data', (chunk: Buffer) => (said += chunk.toString()))
    await eventually(
      () => said.includes('Stackgate is ready') || program.exitCode !== null,
      (isReady) => isReady,
    )
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser.close()
    const ended = new Promise((exit) => program.once('exit', exit))
    program.kill('SIGTERM')
    await ended
    rmSync(dataDir, { recursive: true, force: true })
  })

  /** Writes what the window shows, in the same size on every machine. */
  const picture = async (page: Page, name: string) => {
    await page.mouse.move(0, 0)
    const session = await page.context().newCDPSession(page)
    const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 80 })
    await session.detach()
    if (!isUpdating) return
    mkdirSync(PICTURES, { recursive: true })
    writeFileSync(join(PICTURES, `${name}.webp`), Buffer.from(data, 'base64'))
  }

  it('leads from npm start to a paid plan, a running command and a renewal, without a reload', async () => {
    const url = /Dashboard\s+(http\S+)/.exec(said)![1]!
    ann = await openPage(browser, url)
    const { page } = ann
    await page.setViewportSize({ width: 1280, height: 800 })
    await page.getByRole('button', { name: 'Sign in as Ann' }).waitFor()
    await ann.loaded()
    await picture(page, '1-welcome')

    await ann.signIn('Ann')
    await page.getByText('Your plan is Free.').waitFor()
    // A second window shows what the first one buys.
    other = await openPage(browser, url)
    await other.signIn('Ann')
    await other.page.getByText('Your plan is Free.').waitFor()
    await other.live()
    await ann.live()
    await picture(page, '2-plans')

    await page.getByRole('button', { name: 'Choose Plus' }).click()
    await ann.pay('4242424242424242')
    await page.getByText('Paid. You have Plus.').waitFor()
    await other.page.getByText('Your plan is Plus.').waitFor()

    await page.getByRole('link', { name: 'Marketplace' }).click()
    await page.getByRole('link', { name: 'WordPress Plus', exact: true }).click()
    await page.getByRole('textbox', { name: 'Name of the deployment' }).fill('Blog')
    await ann.live()
    await picture(page, '3-template')
    await page.getByRole('button', { name: 'Deploy', exact: true }).click()
    await page.getByRole('button', { name: /demonstration agent/ }).click()

    await page.getByText('Agent online').waitFor()
    await page.getByRole('combobox', { name: 'Application' }).selectOption({ label: 'wordpress' })
    await page.getByRole('button', { name: 'Restart', exact: true }).click()
    await page.getByText('Succeeded').waitFor()
    await page.getByRole('button', { name: 'Refresh: Containers' }).click()
    await page.getByRole('button', { name: 'Logs', exact: true }).click()
    await page
      .getByRole('log')
      .getByText(/GET|ready|started/i)
      .first()
      .waitFor()
    await ann.loaded()
    await picture(page, '4-command')

    await page.getByRole('link', { name: 'Billing' }).click()
    await page.getByText('Renews on February 15, 2026.').waitFor()
    await page.getByRole('button', { name: /^Sandbox/ }).click()
    await page.getByRole('button', { name: 'To the next renewal' }).click()
    await page.getByText('Renews on March 15, 2026.').waitFor()
    const invoices = page
      .getByRole('region', { name: 'Invoices and payments', exact: true })
      .getByRole('row')
      .filter({ hasText: 'Paid' })
    await eventually(
      () => invoices.count(),
      (count) => count === 2,
    )
    await page.getByText('It is February 15, 2026.').waitFor()
    await picture(page, '5-renewal')
    await ann.follow('Home', 'Home')
    await page.getByRole('region', { name: 'Recent activity' }).getByRole('listitem').first().waitFor()
    await page.getByText('The first minute').waitFor({ state: 'detached' })
    expect([...ann.problems, ...other.problems]).toEqual([])
  })

  it('is shown in the README by small pictures', () => {
    const shown = [...readFileSync('README.md', 'utf8').matchAll(/docs\/images\/[\w-]+\.webp/g)].map(([path]) => path)
    const files = globSync(`${PICTURES}/*.webp`).toSorted()
    expect([...new Set(shown)].toSorted()).toEqual(files)
    expect(files.filter((path) => statSync(path).size > MAX_BYTES)).toEqual([])
  })
})
