import '@mantine/core/styles/Popover.css'
import '@mantine/core/styles/Menu.css'
import { Menu } from '@mantine/core'
import type { ReactElement, Ref } from 'react'
import type { ActGroup } from './act-menu.js'
import { useOpenedMenu } from './opened-menu.js'

interface ActMenuListProps {
  readonly groups: readonly ActGroup[]
  /** The button of the menu. */
  readonly button: (target: Ref<HTMLButtonElement>) => ReactElement
}

/** The opened menu. Groups without acts are left out. */
export default function ActMenuList({ groups, button }: ActMenuListProps) {
  const { target, ...state } = useOpenedMenu()
  return (
    <Menu position="bottom-end" {...state}>
      <Menu.Target>{button(target)}</Menu.Target>
      <Menu.Dropdown>
        {groups
          .filter(({ acts }) => acts.length > 0)
          .map(({ name, acts }) => (
            <div key={name ?? ''} role="group" aria-label={name}>
              {name && <Menu.Label aria-hidden>{name}</Menu.Label>}
              {acts.map((act) => (
                <Menu.Item
                  key={act.name}
                  {...(act.isDangerous && { c: 'var(--mantine-color-error)' })}
                  onClick={act.onChoose}
                >
                  {act.name}
                </Menu.Item>
              ))}
            </div>
          ))}
      </Menu.Dropdown>
    </Menu>
  )
}
