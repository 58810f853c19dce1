import { useRouterState } from '@tanstack/react-router'
import { useState } from 'react'

/** Entries of the browser's history whose lists are kept. */
const MAX_ENTRIES = 20
const entries = new Map<string, Map<unknown, unknown>>()

function entryOf(key: string): Map<unknown, unknown> {
  const known = entries.get(key) ?? new Map<unknown, unknown>()
  // The last one that was used is the last to be forgotten.
  entries.delete(key)
  entries.set(key, known)
  if (entries.size > MAX_ENTRIES) entries.delete(entries.keys().next().value!)
  return known
}

/**
 * A value that belongs to an entry of the browser's history: Back returns to it, and a link to the same page does not. Returns what was kept when
 * the component was first rendered, and a function that keeps another value without rendering.
 */
export function useKept<Value>(name: unknown): readonly [kept: Value | undefined, keep: (value: Value) => void] {
  const key = useRouterState({ select: ({ location }) => location.state.__TSR_key ?? '' })
  const [kept] = useState(() => entries.get(key)?.get(name) as Value | undefined)
  return [kept, (value) => void entryOf(key).set(name, value)]
}
