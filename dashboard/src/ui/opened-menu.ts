import { useEffect, useRef, useState, type RefObject } from 'react'

interface OpenedMenu {
  readonly target: RefObject<HTMLButtonElement | null>
  readonly opened: boolean
  readonly onChange: (opened: boolean) => void
}

/** State of a menu whose code was loaded by a press of its button: it opens at once, and its closing returns the focus to the button. */
export function useOpenedMenu(): OpenedMenu {
  const target = useRef<HTMLButtonElement>(null)
  const [opened, onChange] = useState(false)
  useEffect(() => {
    target.current?.focus()
    onChange(true)
  }, [])
  return { target, opened, onChange }
}
