/** Messages of a browser are trusted, and events that a test dispatches are not: listeners are called with the former. */
type Listener = (event: MessageEvent) => void

const listeners = new Set<Listener>()
const { addEventListener: add, removeEventListener: remove } = globalThis

globalThis.addEventListener = ((type: string, listener: Listener, options?: boolean) => {
  if (type === 'message') listeners.add(listener)
  add.call(globalThis, type, listener as EventListener, options)
}) as typeof add
globalThis.removeEventListener = ((type: string, listener: Listener) => {
  if (type === 'message') listeners.delete(listener)
  remove.call(globalThis, type, listener as EventListener)
}) as typeof remove

/** Delivers a message as the browser does. */
export function deliverMessage(message: Pick<MessageEvent, 'data' | 'source' | 'origin'>): void {
  for (const listener of listeners) listener({ ...message, isTrusted: true } as MessageEvent)
}
