import { readFileSync } from 'node:fs'
import { noBrowser } from '#test/support/browser.js'
import { catalogEditor, pricesOfPlus } from '#test/support/catalog-editor.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { changeableCatalog, nextTerms, type ChangeableCatalog } from '#test/support/next-catalog.js'
import { editPolicy, listPolicies } from '#test/support/policies.js'
import { describeUnless } from '#test/support/skip.js'
import { eventually } from '#test/support/test-server.js'

/** Folder for pictures of the pages. Default: none are taken. */
const SCREENSHOTS = process.env['SCREENSHOTS']

describeUnless(noBrowser)('the catalog editor', () => {
  let dashboard: DashboardServer
  let catalog: ChangeableCatalog
  let editor: ReturnType<typeof catalogEditor>
  let first: string
  beforeAll(async () => {
    catalog = changeableCatalog()
    first = readFileSync(catalog.path, 'utf8')
    dashboard = await startDashboard({ env: { CATALOG: catalog.path } })
    editor = catalogEditor(dashboard.server, await dashboard.server.token('ops@example.com', { roles: ['admin'] }))
  })
  afterAll(async () => {
    await dashboard.close()
    catalog.remove()
  })

  const openEditor = async (options: Parameters<DashboardServer['open']>[1] = {}) => {
    const opened = await dashboard.open('/ops/catalog?tab=editor', options)
    await opened.signIn('Ops')
    await opened.page.getByText('YAML', { exact: true }).click()
    await opened.page.getByRole('textbox', { name: 'Text of the catalog' }).waitFor()
    return opened
  }
  const textOf = ({ page }: DashboardPage) => page.getByRole('textbox', { name: 'Text of the catalog' })
  const publish = async ({ page }: DashboardPage, version: number) => {
    await page.getByRole('button', { name: 'Publish', exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Reason').fill('Higher costs')
    await dialog.getByRole('button', { name: 'Publish' }).click()
    await page.getByText(`Version ${version} of the catalog is published.`).waitFor()
  }

  it('marks errors at their lines, and leads to them', async () => {
    const opened = await openEditor()
    const { page, problems } = opened
    await textOf(opened).fill(first.replace('prices: { month: 20.00', 'prices: { mont: 20.00'))
    const line = first.split('\n').findIndex((each) => each.includes('prices: { month: 20.00')) + 1
    await page.getByText('1 error', { exact: true }).waitFor()
    expect(await page.locator('.code-lines [data-error]').allTextContents()).toEqual([String(line)])
    expect(await page.getByRole('button', { name: 'Review changes' }).isDisabled()).toBe(true)
    await page.getByRole('button', { name: `Line ${line}` }).click()
    expect(
      await textOf(opened).evaluate((field) => {
        const { value, selectionStart } = field as unknown as { value: string; selectionStart: number }
        return value.slice(selectionStart, selectionStart + 4)
      }),
    ).toBe('mont')
    expect(await opened.axe()).toEqual([])
    expect(problems).toEqual([])
    await opened.close()
  })

  it('saves with a key, reviews, publishes and undoes', async () => {
    const opened = await openEditor()
    const { page, problems } = opened
    await textOf(opened).fill(nextTerms(first))
    await page.keyboard.press('Control+s')
    await page.getByText('The draft is saved.').waitFor()
    expect((await editor.draft()).text).toBe(nextTerms(first))
    await page.getByRole('button', { name: 'Review changes' }).click()
    const changes = page.getByRole('region', { name: 'Changes, as a table' })
    const price = changes.getByRole('row').filter({ hasText: 'Plus › Price per month' })
    await price.waitFor()
    expect(await price.getByRole('cell').allTextContents()).toEqual([
      'Plus › Price per month',
      '$20.00',
      '$25.00',
      'New purchases',
    ])
    const openSteps = () => page.getByText(/steps of the publication: Stackgate, /).click()
    await openSteps()
    await page.getByText('create price try-direct:plan:plus:month:usd:2500').first().waitFor()
    expect(await opened.axe()).toEqual([])
    await publish(opened, 2)
    await eventually(
      () => pricesOfPlus(dashboard.server),
      (prices) => prices.join() === '25.00',
    )
    const saving = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download', exact: true }).first().click()
    expect(readFileSync(await (await saving).path(), 'utf8')).toBe(nextTerms(first))
    await opened.act('Undo', page.getByRole('table', { name: 'Versions' }).getByRole('row', { name: /^1 / }))
    await openSteps()
    await page.getByText('restore price try-direct:plan:plus:month:usd:2000').first().waitFor()
    await publish(opened, 3)
    await eventually(
      () => pricesOfPlus(dashboard.server),
      (prices) => prices.join() === '20.00',
    )
    expect(await textOf(opened).inputValue()).toBe(first)
    expect(problems).toEqual([])
    await opened.close()
  })

  it('returns to the text from a review without changes', async () => {
    const opened = await openEditor()
    const { page } = opened
    await page.getByRole('button', { name: 'Review changes' }).click()
    await page.getByText('Nothing changes', { exact: true }).waitFor()
    expect(await opened.axe()).toEqual([])
    if (SCREENSHOTS) await page.screenshot({ path: `${SCREENSHOTS}/review-empty.png` })
    await page.getByRole('button', { name: 'Continue editing' }).click()
    await page.getByText('Nothing changes', { exact: true }).waitFor({ state: 'detached' })
    await opened.focused(/Review changes/)
    await opened.close()
  })

  it('keeps a text while another operator saves a draft, and says that a review is outdated', async () => {
    const opened = await openEditor()
    const { page } = opened
    await textOf(opened).fill(`# mine\n${first}`)
    await page.getByRole('button', { name: 'Review changes' }).click()
    await page.getByText('Only comments, order or spelling differ.').waitFor()
    await editor.save(`# theirs\n${first}`, 0)
    await page.getByRole('button', { name: 'Save draft' }).click()
    await page.getByText('Another operator changed the draft.').waitFor()
    await page.getByText('ops@example.com saved another draft').waitFor()
    expect(await textOf(opened).inputValue()).toBe(`# mine\n${first}`)
    await textOf(opened).fill(`# other\n${first}`)
    await page.getByText('Review it again.').waitFor()
    expect(await page.getByRole('button', { name: 'Publish', exact: true }).isDisabled()).toBe(true)
    await opened.close()
  })

  it('lets an operator who can only read check a text, without buttons that need more', async () => {
    const { server } = dashboard
    const root = await server.token('root@example.com', { roles: ['root'] })
    const given = (await listPolicies(server, root)).find(
      ({ subject, object, action }) => subject === 'admin' && object === 'ops' && action === 'write',
    )!
    await editPolicy(server, root, 'remove', { id: given.id })
    try {
      const opened = await openEditor()
      const { page } = opened
      await page.getByText('You can read these pages, and change nothing.').waitFor()
      await textOf(opened).fill(`# read\n${first}`)
      await page.getByRole('button', { name: 'Review changes' }).click()
      await page.getByText('Only comments, order or spelling differ.').waitFor()
      for (const name of ['Save draft', 'Publish'])
        expect(await page.getByRole('button', { name, exact: true }).count()).toBe(0)
      expect(await opened.axe()).toEqual([])
      await opened.close()
    } finally {
      await editPolicy(server, root, 'add', { subject: 'admin', object: 'ops', action: 'write' })
    }
  })

  it('is accessible on a phone in the dark', async () => {
    const opened = await openEditor({ width: 375, colorScheme: 'dark' })
    expect(await opened.axe()).toEqual([])
    expect(await opened.scrollsSideways()).toBe(false)
    await opened.close()
  })
})
