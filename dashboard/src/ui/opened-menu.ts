import type { MenuProps } from '@mantine/core'
import { useEffect, useRef, useState, type RefObject } from 'react'

interface OpenedMenu extends Pick<MenuProps, 'opened' | 'onChange'> {
  readonly target: RefObject<HTMLButtonElement | null>
}

/** Properties of all menus. A menu is within the landmark of its button, and has only its items as children. */
const LOOK = { shadow: 'md', returnFocus: true, withinPortal: false, withInitialFocusPlaceholder: false } as const

/** Properties of a menu whose code was loaded by a press of its button: it opens at once, and its closing returns the focus to the button. */
export function useOpenedMenu(): OpenedMenu & typeof LOOK {
  const target = useRef<HTMLButtonElement>(null)
  const [opened, onChange] = useState(false)
  useEffect(() => {
    target.current?.focus()
    onChange(true)
  }, [])
  return { target, opened, onChange, ...LOOK }
}
