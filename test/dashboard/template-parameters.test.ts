import { noBrowser } from '#test/support/browser.js'
import { startDashboard, type DashboardServer } from '#test/support/dashboard-page.js'
import { MarketplaceClient, publishTemplate } from '#test/support/marketplace-client.js'
import { eventually } from '#test/support/test-server.js'
import { describeUnless } from '#test/support/skip.js'

const DEFINITION = `services:
  web:
    image: nginx:1.27-alpine
    environment:
      SITE: \${SITE_NAME}
      ADMIN_PASSWORD: \${ADMIN_PASSWORD}
      LANGUAGE: \${LANGUAGE:-en}
      LIMIT: \${LIMIT:-10}
    volumes: ["./app.conf:/etc/app.conf:ro"]
`

/** Folder for pictures of the forms. They are taken if it is given. */
const PICTURES = process.env['PICTURES']

describeUnless(noBrowser)('Parameters of templates in the dashboard', () => {
  let dashboard: DashboardServer
  let operator: MarketplaceClient
  beforeAll(async () => {
    dashboard = await startDashboard()
    const { server } = dashboard
    operator = new MarketplaceClient(server, await server.token('ops@example.com', { roles: ['admin'] }))
  })
  afterAll(() => dashboard.close())

  it('are described by the vendor, with problems before anything is saved', async () => {
    const { server } = dashboard
    const vendor = new MarketplaceClient(server, await server.token('vera@example.com', { roles: ['vendor'] }))
    const { id } = await vendor.create({ slug: 'notes', name: 'Notes', definition: DEFINITION })
    const window = await dashboard.open('/')
    await window.signIn('Vera')
    await window.page.waitForURL('**/vendor')
    await window.page.goto(`${server.url}/dashboard/vendor/templates/${id}`)
    await window.loaded()
    const { page } = window
    const parameters = page.getByRole('region', { name: 'Parameters', exact: true })
    await parameters.getByText('Admin password').click()
    const password = parameters.locator('details', { hasText: 'ADMIN_PASSWORD' })
    await password.getByLabel('Label').fill('Password of the administrator')
    await password.getByLabel('Generated if no value is given').check()
    await password.getByText('Generated', { exact: true }).waitFor()
    await parameters.getByText('Site name').click()
    const site = parameters.locator('details', { hasText: 'SITE_NAME' })
    await site.getByLabel('A deployment needs a value').check()
    await site.getByLabel('Pattern').fill('(a+)+')
    await site.getByText('no repeated part is repeated again').waitFor()
    await page.getByText('Not saved. Correct the marked parts.').waitFor()
    await site.getByLabel('Pattern').fill('[A-Z].*')
    await page.getByRole('button', { name: 'Add a file' }).click()
    await page.getByLabel('Path', { exact: true }).fill('other.conf')
    await page.getByText('No service mounts other.conf.').waitFor()
    await page.getByLabel('Path', { exact: true }).fill('app.conf')
    await page.getByLabel('Content', { exact: true }).fill('name = ${SITE_NAME}')
    await page.keyboard.press('Tab')
    await page.getByText('Saved.', { exact: true }).waitFor()
    if (PICTURES) await page.screenshot({ path: `${PICTURES}/vendor-parameters.png`, fullPage: true })
    expect(await window.axe()).toEqual([])
    const [row] = await eventually(
      () =>
        server.query<{ content: { parameters: { name: string }[]; files: { content: string }[] } }>(
          `select content from template_version where template_id = $1`,
          [id],
        ),
      ([stored]) => stored!.content.files[0]?.content !== '',
    )
    expect(row!.content.parameters).toMatchObject([
      { name: 'ADMIN_PASSWORD', label: 'Password of the administrator', generate: { kind: 'SECRET', length: 32 } },
      { name: 'SITE_NAME', required: true, pattern: '[A-Z].*' },
    ])
    expect(row!.content.files).toEqual([{ path: 'app.conf', content: 'name = ${SITE_NAME}' }])
    expect(window.problems).toEqual([])
    await window.close()
  })

  it('are filled in by the buyer, with an error at each field and the generated values after the start', async () => {
    const { server } = dashboard
    const vendor = new MarketplaceClient(server, await server.token('vera@example.com', { roles: ['vendor'] }))
    await publishTemplate(vendor, operator, {
      slug: 'pages',
      name: 'Pages',
      definition: DEFINITION.replace('    volumes: ["./app.conf:/etc/app.conf:ro"]\n', ''),
      parameters: [
        { name: 'SITE_NAME', label: 'Name of the site', description: 'Every page shows it.', required: true },
        { name: 'ADMIN_PASSWORD', generate: {} },
        {
          name: 'LANGUAGE',
          options: [
            { value: 'en', label: 'English' },
            { value: 'de', label: 'German' },
          ],
          default: 'en',
        },
      ],
    })
    const window = await dashboard.open('/')
    await window.signIn('Ann')
    await window.page.goto(`${server.url}/dashboard/market/pages`)
    await window.loaded()
    const { page } = window
    const panel = page.getByRole('region', { name: 'Deploy', exact: true })
    await panel.getByLabel('Name of the site').waitFor()
    await panel.getByRole('button', { name: 'Deploy' }).click()
    await panel.getByText('SITE_NAME (Name of the site) is required. Add its value.').waitFor()
    if (PICTURES) await page.screenshot({ path: `${PICTURES}/deploy-parameters.png`, fullPage: true })
    expect(await window.axe()).toEqual([])
    await panel.getByLabel('Name of the site').fill('Ann’s pages')
    await panel.getByLabel('Language').selectOption({ label: 'German' })
    await panel.getByText('1 more setting').click()
    expect(await panel.getByLabel('Limit').getAttribute('placeholder')).toBe('10')
    await panel.getByRole('button', { name: 'Deploy' }).click()
    const values = page.getByRole('group', { name: 'Generated values' })
    await values.getByText('ADMIN_PASSWORD', { exact: true }).waitFor()
    expect(await values.getByRole('region', { name: 'ADMIN_PASSWORD' }).innerText()).toMatch(/^[A-Za-z\d]{32}$/)
    if (PICTURES) await page.screenshot({ path: `${PICTURES}/generated-values.png`, fullPage: true })
    expect(await window.axe()).toEqual([])
    const { data } = await server.graphql<{ account: { deployments: { nodes: { values: object[] }[] } } }>(
      `{ account { deployments { nodes { values { name value } } } } }`,
      {},
      await server.token('ann@example.com'),
    )
    expect(data.account.deployments.nodes[0]?.values ?? []).toEqual(
      expect.arrayContaining([
        { name: 'SITE_NAME', value: 'Ann’s pages' },
        { name: 'LANGUAGE', value: 'de' },
        { name: 'ADMIN_PASSWORD', value: null },
      ]),
    )
    expect(window.problems).toEqual([])
    await window.close()
  })
})
