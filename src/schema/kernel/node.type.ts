import { ID } from 'type-graphql'
import { field, interfaceType } from './decorators.js'

/** Anything with an id of its own. Imports nothing that implements it: interfaces are read while files load. */
@interfaceType('Anything that has an id of its own and can be read again with `node(id:)`.')
export abstract class Node {
  @field('Opaque, stable and unique over all types; its prefix (`acc_`, `cmd_`, …) tells the type.', () => ID)
  id!: string
}
