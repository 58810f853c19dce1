import IconMenu2 from 'icon:menu-2'
import IconX from 'icon:x'
import { Skeleton } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { words } from '../words/en.js'
import { AccountSwitcher } from './account-switcher.js'
import { Brand } from './brand.js'
import { Icon } from './icon.js'
import type { Navigation, NavigationItem } from './navigation.js'

interface SidebarProps {
  readonly navigation: Navigation | null
  /** True if it is open on a phone, which it covers. Larger windows always show it. */
  readonly isOpen: boolean
  readonly onClose: () => void
}

/** The pages of the workspace in their groups, and the choice of another workspace. */
export function Sidebar({ navigation, isOpen, onClose }: SidebarProps) {
  const close = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (isOpen) close.current?.focus()
  }, [isOpen])
  return (
    <nav
      className="sidebar"
      aria-label={words.nav.label}
      data-open={isOpen || undefined}
      onKeyDown={({ key }) => isOpen && key === 'Escape' && onClose()}
    >
      <div className="brand">
        <Link to="/">
          <Brand />
        </Link>
        <button ref={close} type="button" className="square drawer-close" aria-label={words.close} onClick={onClose}>
          <Icon of={IconX} size={20} />
        </button>
      </div>
      <AccountSwitcher isOperations={navigation?.isOperations ?? false} isOperator={navigation?.isOperator ?? false} />
      {navigation ? (
        navigation.groups.map(({ name, items }) => (
          <div key={name} className="nav-group">
            {name && <p>{name}</p>}
            <ul>
              {items.map((item) => (
                <li key={item.to}>
                  <NavigationLink item={item} current={navigation.current?.item} />
                </li>
              ))}
            </ul>
          </div>
        ))
      ) : (
        <Skeleton height={320} aria-hidden />
      )}
    </nav>
  )
}

interface BottomBarProps {
  readonly navigation: Navigation | null
  readonly isOpen: boolean
  readonly onMenu: () => void
}

/** The most important pages at the lower edge of a phone, and the menu with all. */
export const BottomBar = ({ navigation, isOpen, onMenu }: BottomBarProps) => (
  // Its buttons would move if it were shown before its pages are known.
  <nav className="bottom-bar" aria-label={words.nav.bar} hidden={isOpen || navigation === null}>
    {(navigation?.groups ?? [])
      .flatMap(({ items }) => items)
      .filter(({ isInBar }) => isInBar)
      .map((item) => (
        <NavigationLink
          key={item.to}
          item={{ ...item, name: item.barName ?? item.name }}
          current={navigation?.current?.item}
          size={20}
        />
      ))}
    <button type="button" aria-expanded={isOpen} onClick={onMenu}>
      <Icon of={IconMenu2} size={20} />
      {words.menu}
    </button>
  </nav>
)

interface NavigationLinkProps {
  readonly item: NavigationItem
  readonly current: NavigationItem | undefined
  readonly size?: number
}

const NavigationLink = ({ item, current, size = 16 }: NavigationLinkProps) => (
  <Link
    to={item.to}
    className="nav-link"
    activeOptions={{ exact: true, includeSearch: false }}
    aria-current={item.to === current?.to ? 'page' : undefined}
    // A link that was followed is the current one for the router before its page is shown.
    data-current={item.to === current?.to || undefined}
  >
    <Icon of={item.icon} size={size} />
    {item.name}
  </Link>
)
