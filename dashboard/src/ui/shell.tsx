import {
  Anchor,
  Badge,
  Burger,
  Button,
  Group,
  NativeSelect,
  NavLink,
  Text,
  useMantineColorScheme,
  type MantineColorScheme,
} from '@mantine/core'
import { Link, Outlet, useNavigate, useRouter, useRouterState } from '@tanstack/react-router'
import { Suspense, useEffect, useState } from 'react'
import { Viewer } from '@stackgate/client/documents'
import type { ReachableOpenId } from '../session/config.js'
import { useSession } from '../session/session-context.js'
import { useOperation } from '@stackgate/react/hooks'
import { words } from '../words/en.js'
import { AccountSwitcher } from './account-switcher.js'
import { LinkButton } from './link-button.js'
import { AreaNavigation } from './area-navigation.js'
import { lazyPart } from '../session/load-part.js'

/** Only in sandbox mode. */
const SandboxBar = lazyPart(() => import('./sandbox-bar.js'), 'SandboxBar')

/** Header and content of every page. */
export function Shell() {
  const { config, session } = useSession()
  const [open, setOpen] = useState(false)
  const path = useRouterState({ select: ({ location }) => location.pathname })
  // The page before stays until the next one is loaded.
  const isLeaving = useRouterState({ select: ({ status }) => status === 'pending' })
  useRenewalBetweenPages()
  useEffect(() => {
    setOpen(false)
    // After a navigation, readers continue at the heading of the new page.
    const heading = document.querySelector<HTMLElement>('main h1')
    if (heading) document.title = `${heading.textContent} · ${words.app}`
    heading?.focus()
  }, [path])

  return (
    <>
      <a className="skip" href="#content">
        {words.skip}
      </a>
      <header className="header">
        <Group justify="space-between" px="md" py="xs" wrap="wrap">
          <Group gap="sm">
            {/* Visitors have no menu. */}
            {session && (
              <Burger hiddenFrom="sm" size="sm" opened={open} onClick={() => setOpen(!open)} aria-label={words.menu} />
            )}
            <Anchor component={Link} to="/" fw={700} c="var(--mantine-color-text)">
              {words.app}
            </Anchor>
            {session && <AccountSwitcher />}
          </Group>
          {/* On a phone, this is part of the menu. */}
          <Group gap="xs" {...(session ? { visibleFrom: 'sm' } : {})}>
            <ColorScheme />
            {session ? <Person email={session.email} /> : path !== '/' && <SignInLink />}
          </Group>
        </Group>
        {config.mode === 'sandbox' && (
          <Suspense fallback={<div className="sandbox-line" />}>
            {config.sandboxSignIn ? <SandboxBar /> : <SandboxBanner />}
          </Suspense>
        )}
      </header>
      <div className="frame">
        <Navigation open={open} />
        <main className="main" id="content" aria-busy={isLeaving || undefined}>
          <Outlet />
        </main>
      </div>
    </>
  )
}

/** Without a refresh token, only a visit to the identity provider renews the tokens. Between two pages nothing is lost by it. */
function useRenewalBetweenPages() {
  const { config, session } = useSession()
  const router = useRouter()
  useEffect(
    () =>
      router.subscribe('onBeforeNavigate', ({ toLocation, pathChanged }) => {
        const tokens = session?.openId
        if (!pathChanged || !tokens?.isDue()) return
        void import('../session/open-id/sign-in.js').then(({ leaveToSignIn }) =>
          leaveToSignIn(config.openId as ReachableOpenId, toLocation.href, { prompt: 'none', subject: tokens.subject }),
        )
      }),
    [config, router, session],
  )
}

function SandboxBanner() {
  const { config } = useSession()
  return <div className="sandbox-line">{words.sandbox.banner(config.business)}</div>
}

/** Leads to signing in, and back to this page. */
function SignInLink() {
  const page = useRouterState({ select: ({ location }) => location.href })
  return (
    <LinkButton to="/" search={{ next: page } as never} size="xs" variant="default">
      {words.signIn}
    </LinkButton>
  )
}

function Person({ email }: { readonly email: string }) {
  const { signOut } = useSession()
  const navigate = useNavigate()
  return (
    <Group gap="xs">
      <Text size="sm">{words.signedInAs(email)}</Text>
      <Button
        size="xs"
        variant="default"
        onClick={() => {
          signOut()
          void navigate({ to: '/' })
        }}
      >
        {words.signOut}
      </Button>
    </Group>
  )
}

const SCHEMES: readonly MantineColorScheme[] = ['auto', 'light', 'dark']

function ColorScheme() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <NativeSelect
      size="xs"
      aria-label={words.colorScheme.label}
      data={SCHEMES.map((value) => ({ value, label: words.colorScheme[value] }))}
      value={colorScheme}
      onChange={(event) => setColorScheme(event.currentTarget.value as MantineColorScheme)}
    />
  )
}

function Navigation({ open }: { readonly open: boolean }) {
  const { session } = useSession()
  const viewer = useOperation(Viewer, {}, { enabled: session !== null })
  const [, , account] = useRouterState({ select: ({ location }) => location.pathname }).split('/')
  const path = useRouterState({ select: ({ location }) => location.pathname })
  if (!session) return null
  const reference = path.startsWith('/a/') && account ? account : viewer.data?.viewer?.account.id
  // The place of the pages is free while the own account is unknown, so that the content stays where it is.
  if (!reference) return viewer.isPending ? <nav aria-label={words.nav.label} /> : null
  const items = [
    { to: '/', name: words.nav.home },
    { to: '/market', name: words.nav.market },
    { to: `/a/${reference}/deployments`, name: words.nav.deployments },
    { to: `/a/${reference}/plans`, name: words.nav.plans },
    { to: `/a/${reference}/billing`, name: words.nav.billing },
    { to: `/a/${reference}/usage`, name: words.nav.usage },
    { to: `/a/${reference}/activity`, name: words.nav.activity },
    { to: `/a/${reference}/team`, name: words.nav.team },
    { to: `/a/${reference}/keys`, name: words.nav.keys },
    { to: `/a/${reference}/webhooks`, name: words.nav.webhooks },
    { to: `/a/${reference}/settings`, name: words.nav.settings },
  ]
  return (
    <nav aria-label={words.nav.label} data-open={open || undefined}>
      {items.map(({ to, name }) => (
        <NavLink
          key={to}
          component={Link}
          to={to}
          label={name}
          active={isAt(path, to)}
          aria-current={isAt(path, to) ? 'page' : undefined}
        />
      ))}
      <AreaNavigation />
      {open && (
        <Group hiddenFrom="sm" gap="xs" p="sm">
          <ColorScheme />
          <Person email={session.email} />
        </Group>
      )}
    </nav>
  )
}

/** A page below another one belongs to it. */
const isAt = (path: string, to: string): boolean => path === to || (to !== '/' && path.startsWith(`${to}/`))

export const StateBadge = ({ color, children }: { readonly color: string; readonly children: string }) => (
  <Badge variant="light" color={color} styles={{ label: { overflow: 'visible' } }}>
    {children}
  </Badge>
)
