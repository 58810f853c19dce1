import './tabs.css'
import { useEffect, useRef } from 'react'

interface TabsProps<Name extends string> {
  /** Name of the choice, for screen readers. */
  readonly label: string
  readonly tabs: readonly { readonly value: Name; readonly label: string }[]
  readonly value: Name
  readonly onChange: (value: Name) => void
}

/** Parts of a page, of which one is shown. The address has the chosen one, so each is a place of its own. On a phone they are one line, which scrolls to it. */
export function Tabs<Name extends string>({ label, tabs, value: chosen, onChange }: TabsProps<Name>) {
  const open = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    const { current } = open
    const line = current?.parentElement
    if (current && line) line.scrollLeft = current.offsetLeft - (line.clientWidth - current.offsetWidth) / 2
  }, [chosen])
  return (
    <nav className="views" aria-label={label}>
      {tabs.map(({ value, label: text }) => (
        <button
          key={value}
          ref={value === chosen ? open : undefined}
          type="button"
          aria-current={value === chosen ? 'true' : undefined}
          onClick={() => onChange(value)}
        >
          {text}
        </button>
      ))}
    </nav>
  )
}
