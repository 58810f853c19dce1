import { Stack, Text } from '@mantine/core'
import { Outlet, useParams } from '@tanstack/react-router'
import { Suspense, useCallback, useState } from 'react'
import { Account, Viewer, type AccountData } from '@stackgate/client/documents'
import { useSession } from '../../session/session-context.js'
import { useOperation } from '@stackgate/react/hooks'
import { firstPageOf } from '../../session/config.js'
import { LinkButton } from '../../ui/link-button.js'
import { PageHeading } from '../../ui/page-heading.js'
import { words } from '../../words/en.js'
import { isUnpaid } from '../billing/is-unpaid.js'
import { SignInFirst } from '../welcome/sign-in-first.js'
import { lazyPart } from '../../session/load-part.js'

/** They say something about an account that is known already. */
const Notices = lazyPart(() => import('./notices.js'), 'Notices')
const PastDue = lazyPart(() => import('./past-due.js'), 'PastDue')

/** The account in the address. */
export const useAccount = (): string => useParams({ strict: false }).account ?? ''

/** Pages of one account: they share its stream, which this query opens. */
export function AccountPages() {
  const account = useAccount()
  const { session } = useSession()
  const query = useOperation(Account, { account }, { enabled: session !== null })
  if (!session) return <SignInFirst />
  if (query.data?.account === null) return <MissingAccount />
  return <Frame key={account} account={query.data?.account} isPending={query.isPending} />
}

interface FrameProps {
  readonly account: NonNullable<AccountData['account']> | undefined
  readonly isPending: boolean
}

/** A page below the notice of an unpaid invoice. It is not seen until the height of that notice is known: nothing moves. */
function Frame({ account, isPending }: FrameProps) {
  const [isShown, setShown] = useState(false)
  const show = useCallback(() => setShown(true), [])
  const hasNotice = isUnpaid(account?.billing?.subscription)
  return (
    <>
      {account && hasNotice && (
        <Suspense>
          <PastDue account={account} onShown={show} />
        </Suspense>
      )}
      <div className="below-notice" data-waits={isPending || (hasNotice && !isShown) || undefined}>
        <Outlet />
      </div>
      {account && (
        <Suspense>
          <Notices account={account} />
        </Suspense>
      )}
    </>
  )
}

/** The address names no account, or one of other people. */
function MissingAccount() {
  const viewer = useOperation(Viewer, {})
  const own = viewer.data?.viewer?.account
  return (
    <Stack align="flex-start">
      <PageHeading>{words.missingAccount.title}</PageHeading>
      <Text>{words.missingAccount.text}</Text>
      {own && <LinkButton to={firstPageOf(own.id)}>{words.missingAccount.toOwn(own.name)}</LinkButton>}
    </Stack>
  )
}
