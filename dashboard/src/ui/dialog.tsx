import type { ModalProps } from '@mantine/core'
import { Suspense, useState } from 'react'
import { words } from '../words/en.js'
import { lazyPart } from '../session/load-part.js'

/** Loaded when the first dialog opens. */
const Modal = lazyPart(() => import('./modal.js'), 'default')

interface DialogProps extends Pick<ModalProps, 'size' | 'children'> {
  readonly title: string
  /** Only a button of the content closes it, for what is shown once. */
  readonly isSticky?: boolean
  readonly onClose: () => void
}

/** A dialog, open while it is rendered. The page behind it is inert; afterwards the focus returns to the element that opened it. */
export function Dialog({ title, size = 'md', isSticky = false, onClose, children }: DialogProps) {
  const [opener] = useState(() => document.activeElement)
  return (
    <Suspense fallback={null}>
      <Modal
        opened
        opener={opener}
        size={size}
        onClose={onClose}
        title={title}
        returnFocus={false}
        withCloseButton={!isSticky}
        closeOnClickOutside={!isSticky}
        closeOnEscape={!isSticky}
        closeButtonProps={{ 'aria-label': words.close }}
      >
        {/* React passes the submit of a dialog to the form that renders it, which is another form of the page. */}
        <div onSubmit={(event) => event.stopPropagation()}>{children}</div>
      </Modal>
    </Suspense>
  )
}
