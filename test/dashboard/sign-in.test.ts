import { remoteTokenVerifier } from '#services/identity/tokens/token-verifier.js'
import { systemTimers } from '#services/kernel/time/system-timers.js'
import { noBrowser } from '#test/support/browser.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import {
  AUDIENCE,
  CLIENT_ID,
  signInAtProvider,
  startOpenIdProvider,
  type OpenIdProvider,
} from '#test/support/open-id-provider.js'
import { describeUnless } from '#test/support/skip.js'
import { eventually } from '#test/support/test-server.js'

describeUnless(noBrowser)('Signing in at an identity provider', () => {
  let provider: OpenIdProvider
  let dashboard: DashboardServer
  let window: DashboardPage

  beforeAll(async () => {
    provider = await startOpenIdProvider()
    dashboard = await startDashboard({
      env: {
        AUTH_JWKS_URL: `${provider.issuer}/jwks`,
        AUTH_ISSUER: provider.issuer,
        AUTH_AUDIENCE: AUDIENCE,
        DASHBOARD_CLIENT_ID: CLIENT_ID,
      },
      app: {
        signSandboxToken: undefined,
        sandboxControl: undefined,
        verifyToken: remoteTokenVerifier(new URL(`${provider.issuer}/jwks`), {
          issuer: provider.issuer,
          audience: AUDIENCE,
          timers: systemTimers,
        }),
      },
    })
    await provider.register(dashboard.server.url)
  })
  afterAll(async () => {
    await dashboard.close()
    await provider.close()
  })
  beforeEach(() => {
    Object.assign(provider.settings, { lifetime: 600, hasRefreshTokens: true, audience: AUDIENCE, brokenPath: null })
    Object.assign(provider.settings, { roles: ['user'] })
  })
  afterEach(() => window.close())

  /** The pages of the provider load a font from elsewhere. */
  const open = async (path: string, options: Parameters<DashboardServer['open']>[1] = {}) => {
    window = await dashboard.open(path, { ...options, foreign: [provider.issuer, 'https://fonts.googleapis.com'] })
    return window
  }
  const begin = (page = window.page) => page.getByRole('button', { name: 'Sign in', exact: true }).click()
  /** Signs in from a page, which asks for it. */
  const signIn = async (path: string, email: string) => {
    await open(path)
    await begin()
    await signInAtProvider(window.page, email)
  }
  const heading = (name: string) => window.page.getByRole('heading', { name, level: 1 }).waitFor()
  const alert = (text: string) => window.page.getByRole('alert').filter({ hasText: text }).waitFor()
  const address = () => window.page.url().slice(`${dashboard.server.url}/dashboard`.length)
  /** Everything that the origin of the dashboard stores. */
  const stored = () =>
    window.page.evaluate<string>('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])')
  /** Number of requests of one kind at the provider. */
  const seen = (request: string) => provider.requests.filter((each) => each === request).length

  it('returns to the page of the link, keeps tokens in memory only, and signs in unseen after a reload', async () => {
    provider.settings.roles = ['admin']
    await signIn('/ops/accounts?query=ann', 'ops@example.com')
    await heading('Accounts')
    expect(address()).toBe('/ops/accounts?query=ann')
    expect(JSON.parse(await stored())).toEqual([{ 'stackgate.signed-in': 'yes' }, {}, ''])
    await window.page.reload()
    await heading('Accounts')
    expect(address()).toBe('/ops/accounts?query=ann')
    await window.page.getByRole('button', { name: 'Signed in as ops@example.com' }).waitFor()
    expect(JSON.parse(await stored())).toEqual([{ 'stackgate.signed-in': 'yes' }, {}, ''])
    expect(window.problems).toEqual([])
  })

  it.each([
    ['operators at the overview', ['admin'], '/ops'],
    ['vendors at their templates', ['vendor'], '/vendor'],
    ['customers at the plans', ['user'], /^\/a\/acc_\w+\/plans$/],
  ] as const)('receives %s', async (_, roles, page) => {
    provider.settings.roles = roles
    await signIn('/', `${roles[0]}@example.com`)
    await window.page.getByRole('button', { name: 'Signed in as' }).waitFor()
    await eventually(address, (path) => (typeof page === 'string' ? path === page : page.test(path)))
  })

  it('keeps the token of an invitation while the window signs in', async () => {
    await signIn('/invitations#token=inv_of_nobody', 'bo@example.com')
    await heading('Invitation')
    expect(await window.page.content()).not.toContain('inv_of_nobody')
    expect(await stored()).not.toContain('inv_of_nobody')
    await window.page.getByText('This invitation is not valid anymore.').waitFor()
  })

  it('renews tokens unseen, and follows the account over the end of each', async () => {
    provider.settings.lifetime = 11
    await signIn('/', 'renewed@example.com')
    await heading('Plans')
    await window.page.getByRole('link', { name: 'Team' }).click()
    const [visits, renewals] = [seen('GET /auth'), seen('POST /token')]
    // The server closes the socket at the end of the token; the client continues with the next one.
    await eventually(
      () => seen('POST /token'),
      (count) => count > renewals,
    )
    await window.live()
    expect(await window.page.getByRole('dialog').count()).toBe(0)
    expect(seen('GET /auth')).toBe(visits)
  })

  it('asks over the page without refresh tokens, and keeps what was typed', async () => {
    provider.settings.hasRefreshTokens = false
    await signIn('/?next=/market/static-site', 'typing@example.com')
    await window.page.getByRole('textbox', { name: 'Name of the deployment' }).fill('Typed before the end')
    // More than the ten minutes of the token.
    await window.page.evaluate('{ const { now } = Date; Date.now = () => now() + 700_000 }')
    await window.page.getByRole('button', { name: 'Deploy', exact: true }).click()
    const dialog = window.page.getByRole('dialog', { name: 'Your sign-in has ended' })
    await dialog.waitFor()
    expect(await window.axe()).toEqual([])
    await dialog.getByRole('button', { name: 'Sign in again' }).click()
    // The deployment was waiting for the new token.
    await heading('Typed before the end')
    await eventually(
      () => window.page.context().pages().length,
      (count) => count === 1,
    )
    expect(window.problems).toEqual([])
  })

  /** Moves the clock of the page to less than a minute before the end of its token. */
  const almostEnded = () => window.page.evaluate('{ const { now } = Date; Date.now = () => now() + 545_000 }')

  it('renews between two pages without refresh tokens and without a dialog', async () => {
    provider.settings.hasRefreshTokens = false
    await signIn('/', 'visiting@example.com')
    await heading('Plans')
    await almostEnded()
    const [visits, exchanges] = [seen('GET /auth'), seen('POST /token')]
    await window.page.getByRole('link', { name: 'Team' }).click()
    await eventually(
      () => seen('POST /token'),
      (count) => count === exchanges + 1,
    )
    await heading('Team')
    await window.page.getByText('You are the only member.').waitFor()
    expect(address()).toMatch(/^\/a\/acc_\w+\/team$/)
    expect(seen('GET /auth')).toBe(visits + 1)
    expect(JSON.parse(await stored())).toEqual([{ 'stackgate.signed-in': 'yes' }, {}, ''])
    expect(window.problems).toEqual([])
  })

  it('shows another person who has signed in at the provider nothing of the person before', async () => {
    provider.settings.hasRefreshTokens = false
    await signIn('/', 'first@example.com')
    await heading('Plans')
    const context = window.page.context()
    await context.clearCookies()
    const second = await context.newPage()
    await second.goto(`${dashboard.server.url}/dashboard/`)
    await begin(second)
    await signInAtProvider(second, 'second@example.com')
    await second.getByRole('button', { name: 'Signed in as second@example.com' }).waitFor()
    await almostEnded()
    await window.page.getByRole('link', { name: 'Team' }).click()
    await alert('Another person has signed in')
    await heading('Welcome')
    expect(await window.page.content()).not.toContain('first@example.com')
    await second.close()
  })

  it('signs out at the provider and in every window, and revokes the refresh token', async () => {
    const revocations = seen('POST /token/revocation')
    await signIn('/', 'leaving@example.com')
    await heading('Plans')
    const second = await window.page.context().newPage()
    await second.goto(window.page.url())
    await second.getByRole('heading', { name: 'Plans', level: 1 }).waitFor()
    await window.page.getByRole('button', { name: 'Signed in as' }).click()
    await window.page.getByRole('menuitem', { name: 'Sign out' }).click()
    await window.page.getByRole('button', { name: 'Yes, sign me out' }).click()
    await heading('Welcome')
    await eventually(
      () => seen('POST /token/revocation'),
      (count) => count === revocations + 1,
    )
    await second.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
    expect(JSON.parse(await stored())).toEqual([{}, {}, ''])
    await second.close()
    await begin()
    await window.page.getByPlaceholder('Enter any login').waitFor()
  })

  it('says that the person or the provider declined, and begins again', async () => {
    await open('/a/acc_1/billing')
    await begin()
    await window.page.getByText('[ Cancel ]').click()
    await alert('The sign-in was declined.')
    await window.page.getByRole('button', { name: 'Sign in again' }).click()
    await signInAtProvider(window.page, 'ann@example.com')
    await eventually(address, (path) => path === '/a/acc_1/billing')
  })

  it('refuses an answer that this window did not begin', async () => {
    const exchanges = seen('POST /token')
    await open('/signed-in?code=stolen&state=forged')
    await alert('This sign-in was not begun in this window')
    expect([address(), seen('POST /token')]).toEqual(['/', exchanges])
  })

  it('says that the token is meant for another server', async () => {
    provider.settings.audience = 'https://other.example.com/'
    await signIn('/', 'ann@example.com')
    await alert('this server does not accept the token of the identity provider')
    await window.page.getByText('For the operator of this server: ').waitFor()
    expect(JSON.parse(await stored())).toEqual([{}, {}, ''])
  })

  it('says that the provider does not respond when codes are exchanged', async () => {
    provider.settings.brokenPath = '/token'
    await signIn('/', 'ann@example.com')
    await alert('The identity provider does not respond.')
    expect(JSON.parse(await stored())).toEqual([{}, {}, ''])
  })

  it.each([
    ['light', 1280],
    ['dark', 375],
  ] as const)('has no accessibility violations in %s at %i pixels', async (colorScheme, width) => {
    await open('/ops', { colorScheme, width })
    await window.page.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
    expect(await window.axe()).toEqual([])
    await open('/signed-in?error=access_denied', { colorScheme, width })
    await alert('not begun')
    expect(await window.axe()).toEqual([])
    expect(await window.scrollsSideways()).toBe(false)
  })
})

describeUnless(noBrowser)('A provider that is away when the server starts', () => {
  it('is named by the page, and used when it responds again', async () => {
    const provider = await startOpenIdProvider()
    const dashboard = await startDashboard({
      env: {
        AUTH_JWKS_URL: `${provider.issuer}/jwks`,
        AUTH_ISSUER: provider.issuer,
        DASHBOARD_CLIENT_ID: CLIENT_ID,
      },
      app: { signSandboxToken: undefined },
    })
    const { page, close } = await dashboard.open('/')
    try {
      await page.getByText('The identity provider does not respond.').waitFor()
      await provider.register(dashboard.server.url)
      const begin = page.getByRole('button', { name: 'Sign in', exact: true })
      const again = page.getByRole('button', { name: 'Try again' })
      // Each click is a new document, and the server may still believe that the provider is away.
      await eventually(
        async () => {
          await again.or(begin).waitFor()
          if ((await begin.count()) === 1) return true
          await Promise.all([page.waitForEvent('load'), again.click()])
          return false
        },
        (isThere) => isThere,
      )
    } finally {
      await close()
      await dashboard.close()
      await provider.close()
    }
  })
})
