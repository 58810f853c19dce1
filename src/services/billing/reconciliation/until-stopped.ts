import type { PaymentPort } from '#services/billing/providers/port.js'

/** The server stops; a comparison ends between two objects, and the next process begins it again. */
export class Stopped extends Error {
  constructor() {
    super('The server stopped. The comparison begins again.')
  }
}

/** The port of a provider, whose calls and lists end with an error once the server stops. */
export function untilStopped(port: PaymentPort, isStopping: () => boolean): PaymentPort {
  const check = () => {
    if (isStopping()) throw new Stopped()
  }
  const checkEach = async function* <Item>(items: AsyncIterable<Item>): AsyncIterable<Item> {
    for await (const item of items) {
      check()
      yield item
    }
  }
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return (...given: unknown[]): unknown => {
        check()
        const result: unknown = Reflect.apply(member, target, given)
        return isList(result) ? checkEach(result) : result
      }
    },
  })
}

const isList = (result: unknown): result is AsyncIterable<unknown> =>
  typeof result === 'object' && result !== null && Symbol.asyncIterator in result
