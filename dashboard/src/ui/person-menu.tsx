import '@mantine/core/styles/Popover.css'
import '@mantine/core/styles/Menu.css'
import IconCheck from 'icon:check'
import { Menu, useMantineColorScheme, type MantineColorScheme } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import type { ReactElement, Ref } from 'react'
import { useSession } from '../session/session-context.js'
import { words } from '../words/en.js'
import { Icon } from './icon.js'
import { useOpenedMenu } from './opened-menu.js'

const SCHEMES: readonly MantineColorScheme[] = ['auto', 'light', 'dark']

interface PersonMenuProps {
  /** Null for visitors. */
  readonly email: string | null
  /** The button of the menu. */
  readonly button: (target: Ref<HTMLButtonElement>) => ReactElement
}

/** Colors and the end of the session. */
export default function PersonMenu({ email, button }: PersonMenuProps) {
  const { target, ...state } = useOpenedMenu()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const { signOut } = useSession()
  const navigate = useNavigate()
  return (
    <Menu position="bottom-end" width={220} shadow="md" returnFocus {...state}>
      <Menu.Target>{button(target)}</Menu.Target>
      <Menu.Dropdown>
        {email && <Menu.Label>{email}</Menu.Label>}
        {SCHEMES.map((scheme) => (
          <Menu.Item
            key={scheme}
            aria-current={scheme === colorScheme ? 'true' : undefined}
            rightSection={scheme === colorScheme && <Icon of={IconCheck} />}
            onClick={() => setColorScheme(scheme)}
          >
            {words.colorScheme[scheme]}
          </Menu.Item>
        ))}
        {email && (
          <>
            <Menu.Divider />
            <Menu.Item
              onClick={() => {
                signOut()
                void navigate({ to: '/' })
              }}
            >
              {words.signOut}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
