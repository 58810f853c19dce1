import IconInbox from 'icon:inbox'
import type { ReactNode } from 'react'
import { Icon } from './icon.js'

/** A list without rows, as high as the list while it is loading. */
export const Empty = ({ children }: { readonly children: ReactNode }) => (
  <div className="empty">
    <Icon of={IconInbox} size={32} />
    <div>{children}</div>
  </div>
)
