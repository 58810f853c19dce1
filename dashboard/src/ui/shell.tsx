import { Link, Outlet, useRouter, useRouterState } from '@tanstack/react-router'
import { Suspense, useEffect, useRef, useState } from 'react'
import { NotFound } from './not-found.js'
import type { ReachableOpenId } from '../session/config.js'
import { isServed } from '../session/config.js'
import { useSeller } from '../session/seller.js'
import { useSession } from '../session/session-context.js'
import { useShownPath } from '../session/use-shown-path.js'
import { words } from '../words/en.js'
import { Brand } from './brand.js'
import { Breadcrumbs } from './breadcrumbs.js'
import { ConnectionDot } from './connection-dot.js'
import { LinkButton } from './link-button.js'
import { useNavigation } from './navigation.js'
import { PersonButton } from './person-button.js'
import { Search } from './search.js'
import { BottomBar, Sidebar } from './sidebar.js'
import { useWaitingToasts } from './toast.js'
import { useNarrow } from './use-narrow.js'
import { lazyPart } from '../session/load-part.js'

/** Pages of operators and vendors are not translated. */
const ENGLISH_AREAS = /^\/(?:ops|vendor)(?:\/|$)/

/** Only in sandbox mode. */
const SandboxBar = lazyPart(() => import('./sandbox-bar.js'), 'SandboxBar')

/** Loaded with the first toast. */
const Toasts = lazyPart(() => import('./toasts.js'), 'default')

/** Frame of every page: the pages of the workspace, where the open one is, the search and the person. */
export function Shell() {
  const { config, session } = useSession()
  const { name } = useSeller()
  const navigation = useNavigation()
  const [isMenuOpen, setMenuOpen] = useState(false)
  const isNarrow = useNarrow()
  const opener = useRef<Element | null>(null)
  const path = useShownPath()
  // The page before stays until the next one is loaded.
  const isLeaving = useRouterState({ select: ({ status }) => status === 'pending' })
  useRenewalBetweenPages()
  useEffect(() => {
    setMenuOpen(false)
    // After a navigation, readers continue at the heading of the new page.
    const heading = document.querySelector<HTMLElement>('main h1')
    if (heading) document.title = `${heading.textContent} · ${name}`
    heading?.focus()
  }, [path, name])
  const isCovered = isMenuOpen && isNarrow
  const closeMenu = () => {
    setMenuOpen(false)
    // The button can take the focus when the page below the menu is no longer inert.
    requestAnimationFrame(() => opener.current instanceof HTMLElement && opener.current.focus())
  }

  return (
    <>
      <a className="skip" href="#content">
        {words.skip}
      </a>
      <div className="frame" data-signed-in={session ? true : undefined}>
        {session && <Sidebar navigation={navigation} isOpen={isCovered} onClose={closeMenu} />}
        <div className="page" inert={isCovered}>
          <header className="header">
            {session ? (
              <Breadcrumbs current={navigation?.current ?? null} />
            ) : (
              <Link to="/" className="brand-link">
                <Brand />
              </Link>
            )}
            <div className="header-side">
              {config.mode === 'sandbox' && (
                <Suspense>
                  <SandboxBar />
                </Suspense>
              )}
              {session && <ConnectionDot />}
              {session && <Search navigation={navigation} />}
              {!session && path !== '/' && <SignInLink />}
              <PersonButton />
            </div>
          </header>
          <main
            className="main"
            id="content"
            lang={ENGLISH_AREAS.test(path) ? 'en' : undefined}
            aria-busy={isLeaving || undefined}
          >
            {isServed(path) ? <Outlet /> : <NotFound />}
          </main>
        </div>
        {session && (
          <BottomBar
            navigation={navigation}
            isOpen={isCovered}
            onMenu={() => {
              opener.current = document.activeElement
              setMenuOpen(true)
            }}
          />
        )}
      </div>
      <ToastArea />
    </>
  )
}

function ToastArea() {
  const waits = useWaitingToasts() > 0
  const [isNeeded, setNeeded] = useState(waits)
  if (waits && !isNeeded) setNeeded(true)
  if (!isNeeded) return null
  return (
    <Suspense>
      <Toasts />
    </Suspense>
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

/** Leads to signing in, and back to this page. */
function SignInLink() {
  const page = useRouterState({ select: ({ location }) => location.href })
  return (
    <LinkButton to="/" search={{ next: page } as never} size="xs" variant="default">
      {words.signIn}
    </LinkButton>
  )
}
