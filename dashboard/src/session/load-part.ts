import { lazy, type ComponentType, type LazyExoticComponent } from 'react'
import { words } from '../words/en.js'
import { configUrl } from './config.js'

/** Time between two requests while the server is away, in milliseconds. */
const PAUSE_MS = 3_000
const RELOADED = 'stackgate-reloaded-for'

/** Parts that wait for the server. */
const waiting = new Set<object>()
const listeners = new Set<() => void>()

/** The number of parts that wait for the server, for `useSyncExternalStore`. */
export const waitingParts = {
  count: (): number => waiting.size,
  subscribe: (listener: () => void) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  },
}

function setWaiting(part: object, isWaiting: boolean): void {
  if (isWaiting) waiting.add(part)
  else waiting.delete(part)
  for (const listener of listeners) listener()
}

/**
 * Loads the code of a page or a dialog. While the server is away, what is shown stays, and the code is requested again until it arrives. Code
 * that a responding server no longer has was replaced by a deployment: the document is loaded again, once.
 */
export async function loadPart<Part>(load: () => Promise<Part>): Promise<Part> {
  const part = {}
  try {
    for (;;) {
      try {
        return await load()
      } catch (error) {
        if (await doesServerRespond()) return await loadAfterReload(load, error as Error)
        setWaiting(part, true)
        await untilServerResponds()
      }
    }
  } finally {
    setWaiting(part, false)
  }
}

// oxlint-disable-next-line typescript/no-explicit-any -- components of any properties, as React declares them
type AnyComponent = ComponentType<any>

/** A component whose code is loaded when it is first shown. */
export const lazyPart = <Module, Name extends keyof Module>(
  load: () => Promise<Module>,
  name: Name,
): LazyExoticComponent<Extract<Module[Name], AnyComponent>> =>
  lazy(async () => ({ default: (await loadPart(load))[name] as Extract<Module[Name], AnyComponent> }))

async function doesServerRespond(): Promise<boolean> {
  try {
    return (await fetch(configUrl(), { method: 'HEAD', cache: 'no-store' })).ok
  } catch {
    return false
  }
}

async function untilServerResponds(): Promise<void> {
  do {
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timeout)
        removeEventListener('online', done)
        resolve()
      }
      const timeout = setTimeout(done, PAUSE_MS)
      addEventListener('online', done)
    })
  } while (!(await doesServerRespond()))
}

/** The network can have returned after the request: the code is requested once more before the document is loaded again. */
async function loadAfterReload<Part>(load: () => Promise<Part>, { message }: Error): Promise<Part> {
  try {
    return await load()
  } catch (error) {
    if (sessionStorage.getItem(RELOADED) === message) throw new Error(words.partMissing, { cause: error })
    sessionStorage.setItem(RELOADED, message)
    location.reload()
    return new Promise<never>(() => undefined)
  }
}
