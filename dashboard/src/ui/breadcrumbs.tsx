import { Link, useRouterState } from '@tanstack/react-router'
import { words } from '../words/en.js'
import { useHeading } from './opened-page.js'
import type { Navigation } from './navigation.js'

/** The breadcrumbs of the open page: its group, the list to which it belongs, and the object that is open. */
export function Breadcrumbs({ current }: { readonly current: Navigation['current'] }) {
  const path = useRouterState({ select: ({ location }) => location.pathname })
  const heading = useHeading()
  if (!current) return <span />
  const { group, item } = current
  const isBelow = path.replace(/\/$/, '') !== item.to && item.to !== '/'
  return (
    <nav className="breadcrumbs" aria-label={words.breadcrumbs}>
      <ol>
        {group.name && group.name !== item.name && <li>{group.name}</li>}
        <li aria-current={isBelow ? undefined : 'page'}>
          {isBelow ? (
            <Link to={item.to} aria-label={words.backTo(item.name)}>
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
