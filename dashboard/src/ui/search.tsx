import IconSearch from 'icon:search'
import { Suspense, useEffect, useState } from 'react'
import { words } from '../words/en.js'
import { Icon } from './icon.js'
import type { Navigation } from './navigation.js'
import { lazyPart } from '../session/load-part.js'

/** Loaded when it is first opened. */
const Palette = lazyPart(() => import('./palette.js'), 'default')

/** Elements in which a slash is a character. */
const WRITES = 'input, textarea, select, [contenteditable=true]'

/** The field that opens the command palette, also by Ctrl or ⌘ with K, and by a slash. */
export function Search({ navigation }: { readonly navigation: Navigation | null }) {
  /** Number of times that it was opened. */
  const [openings, setOpenings] = useState(0)
  useEffect(() => {
    const open = (event: KeyboardEvent) => {
      const isSlash = event.key === '/' && !(event.target as Element).closest?.(WRITES)
      const isShortcut = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k'
      if (!isSlash && !isShortcut) return
      event.preventDefault()
      setOpenings((count) => count + 1)
    }
    addEventListener('keydown', open)
    return () => removeEventListener('keydown', open)
  }, [])
  return (
    <>
      <button
        type="button"
        className="search"
        aria-label={words.palette.open}
        aria-haspopup="dialog"
        aria-keyshortcuts="Control+K Meta+K /"
        onClick={() => setOpenings(openings + 1)}
      >
        <Icon of={IconSearch} />
        <span>{words.palette.open}</span>
        <kbd data-keys={words.palette.shortcut} />
      </button>
      {openings > 0 && navigation && (
        <Suspense>
          <Palette navigation={navigation} openings={openings} />
        </Suspense>
      )}
    </>
  )
}
