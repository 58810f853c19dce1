import '@mantine/core/styles/Popover.css'
import '@mantine/core/styles/Menu.css'
import { Menu } from '@mantine/core'
import type { ReactElement, Ref } from 'react'
import { serverUrl } from '../session/config.js'
import type { Act, ActGroup } from './act-menu.js'
import { useDownload } from './download-button.js'
import { useOpenedMenu } from './opened-menu.js'
import { toast } from './toast.js'

interface ActMenuListProps {
  readonly groups: readonly ActGroup[]
  /** The button of the menu. */
  readonly button: (target: Ref<HTMLButtonElement>) => ReactElement
}

/** The opened menu. Groups without acts are left out. The frame of a table would cut a menu that is in it. */
export default function ActMenuList({ groups, button }: ActMenuListProps) {
  const { target, ...state } = useOpenedMenu()
  return (
    <Menu position="bottom-end" {...state} withinPortal portalProps={{ target: 'main' }}>
      <Menu.Target>{button(target)}</Menu.Target>
      <Menu.Dropdown>
        {groups
          .filter(({ acts }) => acts.length > 0)
          .map(({ name, acts }) => (
            <div key={name ?? ''} role="group" aria-label={name}>
              {name && <Menu.Label aria-hidden>{name}</Menu.Label>}
              {acts.map((act) => (
                // A dialog returns the focus to what had it when the dialog opened.
                <ActItem key={act.name} {...act} onLeave={() => target.current?.focus()} />
              ))}
            </div>
          ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function ActItem({ name, isDangerous, onChoose, onOpen, href, file, onLeave }: Act & { readonly onLeave: () => void }) {
  const download = useDownload()
  const isOwn = file?.startsWith(serverUrl('').href)
  const link = isOwn ? href : (href ?? file)
  if (link)
    return (
      <Menu.Item component="a" href={link}>
        {name}
      </Menu.Item>
    )
  return (
    <Menu.Item
      {...(isDangerous && { c: 'var(--mantine-color-error)' })}
      {...(onOpen && { 'aria-haspopup': 'dialog' })}
      onClick={() => {
        onLeave()
        if (file) download(file).catch(({ message }: Error) => toast({ text: message }))
        else (onOpen ?? onChoose)?.()
      }}
    >
      {name}
    </Menu.Item>
  )
}
