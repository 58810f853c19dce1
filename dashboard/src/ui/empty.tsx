import IconInbox from 'icon:inbox'
import type { ReactNode } from 'react'
import { Icon, type Drawing } from './icon.js'

interface EmptyProps {
  /** Default: an inbox. */
  readonly icon?: Drawing
  /** The next act, a button or a link. */
  readonly act?: ReactNode
  readonly children: ReactNode
}

/** A list without rows, as high as the list while it is loading. */
export const Empty = ({ icon = IconInbox, act, children }: EmptyProps) => (
  <div className="empty">
    <span className="empty-icon">
      <Icon of={icon} size={20} />
    </span>
    <div>{children}</div>
    {act}
  </div>
)
