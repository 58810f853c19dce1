import { useCallback, useEffect, useRef } from 'react'
import { useStackgateContext } from '../provider.js'

/** Leads to a page of the payment provider while a dialog is open. After it was closed, the page stays. */
export function useLeaveWhile(isOpen: boolean): (url: string) => unknown {
  const { leave: leavePage } = useStackgateContext()
  const current = useRef(false)
  useEffect(() => {
    current.current = isOpen
    return () => {
      current.current = false
    }
  }, [isOpen])
  return useCallback((url: string) => (current.current ? leavePage(url) : undefined), [leavePage])
}
