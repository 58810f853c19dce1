import '@mantine/core/styles/Overlay.css'
import '@mantine/core/styles/ModalBase.css'
import '@mantine/core/styles/Modal.css'
import { Modal as MantineModal, type ModalProps } from '@mantine/core'
import { useEffect } from 'react'

/** A module of its own: most pages are shown without a dialog. The page behind it is inert from the moment the dialog is shown. */
export default function Modal({ opener, ...props }: ModalProps & { readonly opener: Element | null }) {
  useEffect(() => {
    const page = document.getElementById('root')
    if (!page) return
    page.inert = true
    return () => {
      page.inert = false
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus()
    }
  }, [opener])
  return <MantineModal centered {...props} />
}
