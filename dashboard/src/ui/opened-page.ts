import { useSyncExternalStore } from 'react'

/** The heading of the open page, which the breadcrumbs end with. */
let heading = ''
const listeners = new Set<() => void>()

export function setHeading(text: string): void {
  heading = text
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const useHeading = (): string => useSyncExternalStore(subscribe, () => heading)
