import { noBrowser } from '#test/support/browser.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { mailedToken } from '#test/support/members.js'
import { describeUnless } from '#test/support/skip.js'

describeUnless(noBrowser)('A team in the dashboard', () => {
  let dashboard: DashboardServer
  let ann: DashboardPage
  let team = ''

  beforeAll(async () => {
    dashboard = await startDashboard()
    ann = await dashboard.open('/')
    await ann.signIn('Ann')
    await ann.page.getByText('Your plan is Free.').waitFor()
  })
  afterAll(async () => {
    await ann.close()
    await dashboard.close()
  })

  it('is created in the switcher, which changes the account of the page', async () => {
    const { page } = ann
    await page.getByRole('button', { name: 'Account: ' }).click()
    await page.getByRole('menuitem', { name: 'New team' }).waitFor()
    expect(await ann.axe()).toEqual([])
    const [menu, side] = [page.getByRole('menu'), page.getByRole('navigation').first()]
    const [shown, space] = [(await menu.boundingBox())!, (await side.boundingBox())!]
    expect(shown.x + shown.width).toBeLessThanOrEqual(space.x + space.width)
    await page.getByRole('menuitem', { name: 'New team' }).click()
    await page.getByLabel('Name of the team').fill('Bakery')
    await page.getByRole('button', { name: 'Create the team' }).click()
    await page.getByRole('heading', { name: 'Team', level: 1 }).waitFor()
    await page.getByText('You are the only member.').waitFor()
    team = page.url()
    await page.getByRole('button', { name: 'Account: Bakery. Switch' }).click()
    await page.getByRole('menuitem', { name: 'Personal' }).click()
    await page.waitForURL((url) => url.href.endsWith('/team') && url.href !== team)
    await page.goBack()
    await page.getByRole('button', { name: 'Account: Bakery. Switch' }).waitFor()
    expect(page.url()).toBe(team)
  })

  it('invites people, who join in another browser and appear without a reload', async () => {
    const { page, problems } = ann
    await page.getByRole('button', { name: 'Invite people' }).click()
    await page.getByLabel('Email addresses').fill('bo@example.com, cem@example.com\nnot-an-address')
    await page.getByRole('button', { name: 'Send the invitations' }).click()
    await page.getByText('bo@example.com is invited.').waitFor()
    await page.getByText('not-an-address:').waitFor()
    await page.getByRole('button', { name: 'Done' }).click()
    const cem = page.getByRole('row', { name: 'cem@example.com' })
    await ann.act('Send again', cem)
    await page.getByText('cem@example.com gets a new link.').waitFor()
    await ann.act('Withdraw', cem)
    await cem.waitFor({ state: 'detached' })

    const token = await mailedToken(dashboard.server, 'bo@example.com')
    const bo = await dashboard.open(`/invitations#token=${token}`)
    // The page names the team and knows the address before the sign-in.
    await bo.page.getByText('You are invited to Bakery as member.').waitFor()
    await bo.page.getByText('Sign in as bo@example.com to join.').waitFor()
    expect(await bo.page.getByLabel('Email address').inputValue()).toBe('bo@example.com')
    await bo.loaded()
    expect(await bo.axe()).toEqual([])
    await bo.page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await bo.page.getByRole('heading', { name: 'Invitation', level: 1 }).waitFor()
    await bo.page.getByText('You are invited to Bakery as member.').waitFor()
    expect(new URL(bo.page.url()).hash).toBe('')
    expect(await bo.axe()).toEqual([])
    await bo.page.getByRole('button', { name: 'Join as bo@example.com' }).click()
    await bo.page.waitForURL(team)
    await bo.page.getByRole('heading', { name: 'Team', level: 1 }).waitFor()
    expect(await bo.page.getByRole('button', { name: 'Invite people' }).count()).toBe(0)
    expect(bo.problems).toEqual([])

    await page.getByRole('combobox', { name: 'Role of bo@example.com' }).selectOption({ label: 'Admin' })
    await bo.page.getByRole('button', { name: 'Invite people' }).waitFor()
    await ann.act('Remove', page.getByRole('row', { name: 'bo@example.com' }))
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await page.getByRole('combobox', { name: 'Role of bo@example.com' }).waitFor({ state: 'detached' })
    await bo.close()
    expect(problems).toEqual([])
  })

  it('invites by keyboard only, from the switcher to the outcome, and the focus returns', async () => {
    const { page, problems } = ann
    await page.reload()
    await page.getByRole('button', { name: 'Invite people' }).waitFor()
    await ann.tabTo(/^Account: Bakery\. Switch$/)
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'New team' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('menu').waitFor({ state: 'detached' })
    await ann.focused(/^Account: Bakery\. Switch$/)
    await ann.tabTo(/^Invite people$/)
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.waitFor()
    expect(await ann.axe()).toEqual([])
    await dialog.getByLabel('Email addresses').focus()
    await page.keyboard.type('dee@example.com')
    await ann.tabTo(/^Send the invitations$/)
    await page.keyboard.press('Enter')
    await page.getByText('dee@example.com is invited.').waitFor()
    await ann.tabTo(/^Done$/)
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'detached' })
    await ann.focused(/^Invite people$/)
    await ann.tabTo(/^Actions for dee@example\.com$/)
    await page.keyboard.press('Enter')
    await ann.focused(/^Send again$/)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Actions for dee@example.com' }).waitFor({ state: 'detached' })
    expect(problems).toEqual([])
  })

  it('is renamed, exported and deleted, and the deletion is undone', async () => {
    const { page, problems } = ann
    await page.getByRole('link', { name: 'Settings' }).click()
    await page.getByLabel('Name of the team').fill('Old Bakery')
    await page.getByRole('button', { name: 'Save the name' }).click()
    await page.getByRole('button', { name: 'Account: Old Bakery. Switch' }).waitFor()
    await page.getByRole('button', { name: 'Start an export' }).click()
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download', exact: true }).click()
    expect((await download).suggestedFilename()).toMatch(/^account-[\d-]+\.json$/)
    await page.getByRole('button', { name: 'Delete the account' }).click()
    const dialog = page.getByRole('dialog')
    expect(await dialog.getByRole('button', { name: 'Delete it in fourteen days' }).isDisabled()).toBe(true)
    await dialog.getByLabel('Type “Old Bakery” to confirm').fill('Old Bakery')
    expect(await ann.axe()).toEqual([])
    await dialog.getByRole('button', { name: 'Delete it in fourteen days' }).click()
    await page.getByText('This account will be deleted on').waitFor()
    await page.getByRole('button', { name: 'Undo the deletion' }).click()
    await page.getByRole('button', { name: 'Delete the account' }).waitFor()
    await page.getByRole('button', { name: 'Leave the account' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Leave the account' }).click()
    // The last owner stays.
    await page.getByRole('dialog').getByRole('alert').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    expect(problems).toEqual([])
  })

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 375],
  ] as const)('has accessible pages in %s at %i pixels', async (colorScheme, width) => {
    const { page } = ann
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width, height: 900 })
    for (const name of ['team', 'keys', 'webhooks', 'settings']) {
      await page.goto(team.replace(/team$/, name))
      await ann.live()
      await ann.loaded()
      if (process.env['PICTURES'])
        await page.screenshot({ path: `/tmp/dt-${name}-${colorScheme}-${width}.png`, fullPage: true })
      expect([name, await ann.axe()]).toEqual([name, []])
      expect([name, await ann.scrollsSideways()]).toEqual([name, false])
    }
    expect(ann.problems).toEqual([])
  })
})
