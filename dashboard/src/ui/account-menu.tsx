import '@mantine/core/styles/Popover.css'
import '@mantine/core/styles/Menu.css'
import { Group, Menu, Text } from '@mantine/core'
import type { ReactElement, Ref } from 'react'
import { words } from '../words/en.js'
import { teamWords } from '../words/en/team.js'
import { nameOf, type OwnAccount } from './account-switcher.js'
import { useOpenedMenu } from './opened-menu.js'

/** States of a subscription for which a payment is needed. */
const UNPAID_STATES = new Set(['PAST_DUE', 'UNPAID'])

interface AccountMenuProps {
  readonly accounts: readonly OwnAccount[]
  readonly current: OwnAccount | undefined
  readonly isOperations: boolean
  /** Absent for who is no operator. */
  readonly onOperations: (() => void) | undefined
  /** The button of the menu. */
  readonly button: (target: Ref<HTMLButtonElement>) => ReactElement
  readonly onChoose: (account: OwnAccount) => void
  readonly onCreate: () => void
}

/** The accounts of the user as a menu. */
export default function AccountMenu(props: AccountMenuProps) {
  const { accounts, current, isOperations, onOperations, button, onChoose, onCreate } = props
  const { target, ...state } = useOpenedMenu()
  return (
    <Menu position="bottom-start" width="target" {...state}>
      <Menu.Target>{button(target)}</Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{teamWords.switcher.heading}</Menu.Label>
        {accounts.map((account) => (
          <Menu.Item
            key={account.id}
            aria-current={account === current ? 'true' : undefined}
            onClick={() => onChoose(account)}
          >
            <AccountLine account={account} />
          </Menu.Item>
        ))}
        {onOperations && (
          <>
            <Menu.Divider />
            <Menu.Item aria-current={isOperations ? 'true' : undefined} onClick={onOperations}>
              {words.operations}
            </Menu.Item>
          </>
        )}
        <Menu.Divider />
        <Menu.Item onClick={onCreate}>{teamWords.switcher.create}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function AccountLine({ account }: { readonly account: OwnAccount }) {
  const role = account.viewerRole && teamWords.roles[account.viewerRole]
  const owes = UNPAID_STATES.has(account.billing?.subscription?.status ?? '')
  return (
    <Group justify="space-between" wrap="nowrap">
      <div>
        <Text fw={500}>{nameOf(account)}</Text>
        <Text size="xs" c="dimmed">
          {[teamWords.kinds[account.kind], role].filter(Boolean).join(' · ')}
        </Text>
      </div>
      {owes && <Text size="xs">{teamWords.switcher.owes}</Text>}
    </Group>
  )
}
