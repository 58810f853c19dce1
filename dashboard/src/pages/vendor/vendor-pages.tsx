import { Alert } from '@mantine/core'
import { Outlet } from '@tanstack/react-router'
import { Viewer } from '@stackgate/client/documents'
import { isVendor } from '../../session/areas.js'
import { useSession } from '../../session/session-context.js'
import { useLiveAccount, useOperation } from '@stackgate/react/hooks'
import { PageHeading } from '../../ui/page-heading.js'
import { PanelContent } from '../../ui/panel.js'
import { words } from '../../words/en.js'
import { vendorWords } from '../../words/en/vendor.js'
import { SignInFirst } from '../welcome/sign-in-first.js'

/** Pages of vendors: they share the stream of the vendor's account. */
export function VendorPages() {
  const { session } = useSession()
  const query = useOperation(Viewer, {}, { enabled: session !== null })
  useLiveAccount(query.data?.viewer?.account.id ?? null)
  if (!session) return <SignInFirst />
  if (!query.data)
    return (
      <>
        <PageHeading>{words.vendorNav.area}</PageHeading>
        <PanelContent query={query}>{() => null}</PanelContent>
      </>
    )
  return (
    <PanelContent query={query}>
      {({ viewer }) =>
        viewer && isVendor(viewer) ? (
          <Outlet key={viewer.account.id} />
        ) : (
          <>
            <PageHeading>{words.vendorNav.area}</PageHeading>
            <Alert color="gray" title={vendorWords.denied}>
              {vendorWords.deniedHint}
            </Alert>
          </>
        )
      }
    </PanelContent>
  )
}
