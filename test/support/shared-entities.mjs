// The ORM computes its entities (a quarter of a second of processor time) for each server that a test starts. They are
// always the same within a worker of a test run, so that the first result is reused. A production process opens one
// database and gains nothing from this.
import { AsyncLocalStorage } from 'node:async_hooks'
import { MetadataDiscovery, MikroORM } from '@mikro-orm/core'

const opening = new AsyncLocalStorage()
const discovered = []

const sameList = (one, other) => one.length === other.length && one.every((entity, index) => entity === other[index])

/** Changes the ORM of this process. */
export function shareEntities() {
  const init = Object.getOwnPropertyDescriptor(MikroORM, 'init').value
  const discover = Object.getOwnPropertyDescriptor(MetadataDiscovery.prototype, 'discover').value
  MikroORM.init = function (options) {
    return opening.run(options.entities, () => init.call(this, options))
  }
  MetadataDiscovery.prototype.discover = async function (...args) {
    const entities = opening.getStore()
    const known = discovered.find((one) => sameList(one.entities, entities))
    if (known) return known.metadata
    const metadata = await discover.apply(this, args)
    discovered.push({ entities, metadata })
    return metadata
  }
}
