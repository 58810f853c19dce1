import { useSyncExternalStore } from 'react'

/** Conditions and the sort of a list, kept by a name. */
export interface View {
  readonly name: string
  /** Search parameters of the address. */
  readonly search: Readonly<Record<string, string>>
}

const KEY = 'stackgate-views'
const CHANGED = 'stackgate-views-changed'
const NONE: readonly View[] = []

type Views = Readonly<Record<string, readonly View[]>>

let read: { readonly text: string | null; readonly views: Views } = { text: null, views: {} }

/** The same object while the storage is the same, as `useSyncExternalStore` needs it. */
function viewsInStorage(): Views {
  const text = localStorage.getItem(KEY)
  if (text !== read.text) {
    try {
      read = { text, views: JSON.parse(text ?? '{}') as Views }
    } catch {
      read = { text, views: {} }
    }
  }
  return read.views
}

function write(list: string, views: readonly View[]): void {
  localStorage.setItem(KEY, JSON.stringify({ ...viewsInStorage(), [list]: views }))
  dispatchEvent(new Event(CHANGED))
}

function subscribe(listener: () => void): () => void {
  // Other windows of the browser announce their changes by the first one.
  for (const name of ['storage', CHANGED]) addEventListener(name, listener)
  return () => {
    for (const name of ['storage', CHANGED]) removeEventListener(name, listener)
  }
}

/** The kept views of a list, in this browser only. */
export const useViews = (list: string): readonly View[] =>
  useSyncExternalStore(subscribe, () => viewsInStorage()[list] ?? NONE)

/** Keeps a view. One with the same name is replaced. */
export const saveView = (list: string, view: View): void =>
  write(list, [...(viewsInStorage()[list] ?? NONE).filter(({ name }) => name !== view.name), view])

export const deleteView = (list: string, name: string): void =>
  write(
    list,
    (viewsInStorage()[list] ?? NONE).filter((view) => view.name !== name),
  )
