import { Button, Group, Menu, Text } from '@mantine/core'
import { useNavigate, useRouterState } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { Viewer, type ViewerData } from '@stackgate/client/documents'
import { useSession } from '../session/session-context.js'
import { useOperation } from '../session/use-operation.js'
import { words } from '../words/en.js'

const NewTeamDialog = lazy(async () => ({ default: (await import('../pages/team/new-team-dialog.js')).NewTeamDialog }))

type OwnAccount = NonNullable<ViewerData['viewer']>['accounts']['nodes'][number]

/** States of a subscription for which a payment is needed. */
const UNPAID_STATES = new Set(['PAST_DUE', 'UNPAID'])

/** The account in the address. Another one opens with the same page. */
export function AccountSwitcher() {
  const { session } = useSession()
  const viewer = useOperation(Viewer, {}, { enabled: session !== null })
  const navigate = useNavigate()
  const path = useRouterState({ select: ({ location }) => location.pathname })
  const [isCreating, setCreating] = useState(false)
  const accounts = viewer.data?.viewer?.accounts.nodes
  if (!session || !accounts) return null
  const [, area, reference, page = 'billing'] = path.split('/')
  const open = area === 'a' ? reference : viewer.data?.viewer?.account.id
  const current = accounts.find(({ id, externalId }) => id === open || externalId === open)
  const texts = words.team.switcher
  return (
    <>
      <Menu position="bottom-start" width={300} shadow="md">
        <Menu.Target>
          <Button size="xs" variant="default" maw={220} aria-label={texts.label(nameOf(current))}>
            <Text size="xs" truncate>
              {nameOf(current)}
            </Text>
            <span aria-hidden="true" className="chevron" />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{texts.heading}</Menu.Label>
          {accounts.map((account) => (
            <Menu.Item
              key={account.id}
              aria-current={account === current ? 'true' : undefined}
              onClick={() => void navigate({ to: `/a/${account.id}/${page}` })}
            >
              <AccountLine account={account} />
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item onClick={() => setCreating(true)}>{texts.create}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isCreating && (
        <Suspense>
          <NewTeamDialog onClose={() => setCreating(false)} />
        </Suspense>
      )}
    </>
  )
}

const nameOf = (account: OwnAccount | undefined): string => account?.name ?? words.team.switcher.own

function AccountLine({ account }: { readonly account: OwnAccount }) {
  const role = account.viewerRole && words.team.roles[account.viewerRole]
  const owes = UNPAID_STATES.has(account.billingInfo?.status ?? '')
  return (
    <Group justify="space-between" wrap="nowrap">
      <div>
        <Text size="sm" fw={500}>
          {nameOf(account)}
        </Text>
        <Text size="xs" c="dimmed">
          {[words.team.kinds[account.kind], role].filter(Boolean).join(' · ')}
        </Text>
      </div>
      {owes && (
        <Text size="xs" fw={600}>
          {words.team.switcher.owes}
        </Text>
      )}
    </Group>
  )
}
