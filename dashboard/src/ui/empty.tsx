import IconInbox from 'icon:inbox'
import type { ReactNode } from 'react'
import { Icon, type Drawing } from './icon.js'

interface EmptyProps {
  /** Default: an inbox. */
  readonly icon?: Drawing
  readonly title?: string
  /** The next act, a button or a link. */
  readonly act?: ReactNode
  readonly children: ReactNode
}

/** A list without rows, as high as the list while it is loading. */
export const Empty = ({ icon = IconInbox, title, act, children }: EmptyProps) => (
  <div className="empty">
    <span className="empty-icon">
      <Icon of={icon} size={20} />
    </span>
    <div>
      {title && <strong>{title}</strong>}
      {children}
    </div>
    {act}
  </div>
)
