import { Alert } from '@mantine/core'
import { Outlet } from '@tanstack/react-router'
import { Installation } from '@stackgate/client/documents'
import { useSession } from '../../session/session-context.js'
import { useLiveOperators, useOperation } from '@stackgate/react/hooks'
import { PanelContent } from '../../ui/panel.js'
import { PageHeading } from '../../ui/page-heading.js'
import { words } from '../../words/en.js'
import { operationsWords } from '../../words/en/operations.js'
import { SignInFirst } from '../welcome/sign-in-first.js'

/** Pages of operators: they share the stream of what needs an operator. */
export function OpsPages() {
  const { session } = useSession()
  const installation = useOperation(Installation, {}, { enabled: session !== null })
  if (!session) return <SignInFirst />
  if (!installation.data)
    return (
      <>
        <PageHeading>{words.operations}</PageHeading>
        <PanelContent query={installation}>{() => null}</PanelContent>
      </>
    )
  return (
    <PanelContent query={installation}>
      {({ installation: { viewerCan } }) =>
        viewerCan.length > 0 ? (
          <>
            {!viewerCan.includes('OPS_WRITE') && (
              <Alert color="gray" title={operationsWords.readOnly} mb="md">
                {operationsWords.readOnlyHint}
              </Alert>
            )}
            <LiveOutlet />
          </>
        ) : (
          <>
            <PageHeading>{words.operations}</PageHeading>
            <Alert color="gray" title={operationsWords.denied}>
              {operationsWords.deniedHint}
            </Alert>
          </>
        )
      }
    </PanelContent>
  )
}

function LiveOutlet() {
  useLiveOperators()
  return <Outlet />
}
