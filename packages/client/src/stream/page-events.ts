/** Changes of the page that concern connections. */
export type PageEvent = 'online' | 'visible' | 'hidden'

/** The page that a client runs in. Outside of browsers it is always visible. */
export interface PageEvents {
  isHidden(): boolean
  /** Calls back at each change. The returned function stops that. */
  watch(listener: (event: PageEvent) => void): () => void
}

/** The page of the platform. */
export const platformPage: PageEvents = {
  isHidden: () => documentOf()?.visibilityState === 'hidden',
  watch: (listener) => {
    const page = documentOf()
    const global = globalThis as Partial<EventTarget>
    const online = (): void => listener('online')
    const change = (): void => listener(page!.visibilityState === 'hidden' ? 'hidden' : 'visible')
    global.addEventListener?.('online', online)
    page?.addEventListener('visibilitychange', change)
    return () => {
      global.removeEventListener?.('online', online)
      page?.removeEventListener('visibilitychange', change)
    }
  },
}

const documentOf = (): (EventTarget & { readonly visibilityState: string }) | undefined => {
  const { document } = globalThis as { document?: EventTarget & { readonly visibilityState: string } }
  return typeof document?.addEventListener === 'function' ? document : undefined
}
