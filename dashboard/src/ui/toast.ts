import { useSyncExternalStore } from 'react'

/** A sentence about what just happened. */
export interface Toast {
  readonly text: string
  /** Reverses it. */
  readonly undo?: () => void
}

let waiting: readonly Toast[] = []
const listeners = new Set<() => void>()

function replace(next: readonly Toast[]): void {
  waiting = next
  for (const listener of listeners) listener()
}

/** Says for some seconds what happened, and offers to undo it. */
export const toast = (said: Toast): void => replace([...waiting, said])

/** The toasts that are not shown yet. */
export function takeToasts(): readonly Toast[] {
  const taken = waiting
  if (taken.length > 0) replace([])
  return taken
}

/** Number of toasts that are not shown yet. */
export const useWaitingToasts = (): number =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    () => waiting.length,
  )
