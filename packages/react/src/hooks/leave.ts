import { useCallback, useEffect, useRef } from 'react'
import { useStackgateContext } from '../provider.js'

/**
 * Leads to a page of the payment provider, while the component is shown and `isOpen`. After a dialog was closed or its page left, the browser
 * stays where it is.
 * @param onRedirect opens the page instead of the `redirect` of the provider
 */
export function useLeaveWhile(isOpen: boolean, onRedirect?: (url: string) => unknown): (url: string) => unknown {
  const { leave } = useStackgateContext()
  const open = onRedirect ?? leave
  const current = useRef(false)
  useEffect(() => {
    current.current = isOpen
    return () => {
      current.current = false
    }
  }, [isOpen])
  return useCallback((url: string) => (current.current ? open(url) : undefined), [open])
}
