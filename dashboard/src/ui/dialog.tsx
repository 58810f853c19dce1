import type { ModalProps } from '@mantine/core'
import { lazy, Suspense, useEffect, useState } from 'react'
import { words } from '../words/en.js'

/** Loaded when the first dialog opens. */
const Modal = lazy(() => import('./modal.js'))

interface DialogProps extends Pick<ModalProps, 'size' | 'children'> {
  readonly title: string
  /** Only a button of the content closes it, for what is shown once. */
  readonly isSticky?: boolean
  readonly onClose: () => void
}

/** A dialog, open while it is rendered. The page behind it is inert; afterwards the focus returns to the element that opened it. */
export function Dialog({ title, size = 'md', isSticky = false, onClose, children }: DialogProps) {
  const [opener] = useState(() => document.activeElement)
  useEffect(() => {
    const page = document.getElementById('root')
    if (!page) return
    page.inert = true
    return () => {
      page.inert = false
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus()
    }
  }, [opener])
  return (
    <Suspense fallback={null}>
      <Modal
        opened
        size={size}
        onClose={onClose}
        title={title}
        returnFocus={false}
        withCloseButton={!isSticky}
        closeOnClickOutside={!isSticky}
        closeOnEscape={!isSticky}
        closeButtonProps={{ 'aria-label': words.close }}
      >
        {children}
      </Modal>
    </Suspense>
  )
}
