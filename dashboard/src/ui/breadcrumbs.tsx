import { Link } from '@tanstack/react-router'
import IconBack from 'icon:chevron-left'
import { Icon } from './icon.js'
import { useShownPath } from '../session/use-shown-path.js'
import { words } from '../words/en.js'
import { useHeading } from './opened-page.js'
import type { Navigation } from './navigation.js'

/** The breadcrumbs of the open page: its group, the list to which it belongs, and the object that is open. On a phone, a link to the list. A page without a group has none: its heading says the same. */
export function Breadcrumbs({ current }: { readonly current: Navigation['current'] }) {
  const path = useShownPath()
  const heading = useHeading()
  if (!current) return <span />
  const { group, item } = current
  const isBelow = path.replace(/\/$/, '') !== item.to && item.to !== '/'
  const groupName = group.name && group.name !== item.name ? group.name : null
  if (!groupName && !isBelow) return <span />
  return (
    <nav className="breadcrumbs" aria-label={words.breadcrumbs}>
      <ol>
        {groupName && <li>{groupName}</li>}
        <li className={isBelow ? 'breadcrumb-back' : undefined} aria-current={isBelow ? undefined : 'page'}>
          {isBelow ? (
            <Link to={item.to} aria-label={words.backTo(item.name)}>
              <Icon of={IconBack} />
              {item.name}
            </Link>
          ) : (
            item.name
          )}
        </li>
        {isBelow && heading !== item.name && <li aria-current="page">{heading}</li>}
      </ol>
    </nav>
  )
}
