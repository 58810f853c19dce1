/** Details of an event, as OpenFeature has them. */
export interface EventDetails {
  readonly message?: string
  readonly flagsChanged?: string[]
  readonly metadata?: Readonly<Record<string, string | number | boolean>>
}

type Handler = (details?: object) => unknown
/** A handler that expects the details of any version of OpenFeature. */
type AnyHandler = (details?: never) => unknown

/** A handler that fails does not end what emits. */
async function run(handle: Handler, details: EventDetails): Promise<void> {
  try {
    await handle(details)
  } catch (error) {
    console.error('stackgate: a handler of an event failed.', error)
  }
}

/** The emitter that OpenFeature expects of a provider. It needs no package of OpenFeature. */
export class ProviderEvents {
  readonly #handlers = new Map<string, Handler[]>()

  emit(event: string, details: EventDetails = {}): void {
    for (const handle of this.getHandlers(event)) void run(handle, details)
  }

  addHandler(event: string, handler: AnyHandler): void {
    this.#handlers.set(event, [...this.getHandlers(event), handler as Handler])
  }

  removeHandler(event: string, handler: AnyHandler): void {
    this.#handlers.set(
      event,
      this.getHandlers(event).filter((known) => known !== handler),
    )
  }

  removeAllHandlers(event?: string): void {
    if (event === undefined) this.#handlers.clear()
    else this.#handlers.delete(event)
  }

  getHandlers(event: string): Handler[] {
    return this.#handlers.get(event) ?? []
  }

  setLogger(): this {
    return this
  }
}
